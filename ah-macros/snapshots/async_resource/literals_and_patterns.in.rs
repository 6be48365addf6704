#[async_resource]
impl Point {
    fn all(base: Self) -> Vec<Self> {
        let Self { x, y } = base;
        vec![Self { x, y }, Point { x: 1, ..base }, make(|x| Self { x, y })]
    }
    fn tuple(Self(a, b): Self) -> Option<Self> {
        matches!(a, Self(1, _)).then(|| Self(a, b)).or(None.map(Self))
    }
}
