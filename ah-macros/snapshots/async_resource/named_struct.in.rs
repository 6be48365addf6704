#[async_resource("DBQuery")]
#[derive(Clone, Debug, Default, PartialEq)]
/// A query.
pub struct DbQuery<'a, T: Clone = u8>
where
    T: 'a,
{
    pub sql: &'a str,
    limit: T,
}
