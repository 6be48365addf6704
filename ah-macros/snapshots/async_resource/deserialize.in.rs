#[async_resource("NAMED")]
#[derive(Serialize, Deserialize)]
struct Named {
    n: u8,
}

#[async_resource("NEW")]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct New<T>(T);
