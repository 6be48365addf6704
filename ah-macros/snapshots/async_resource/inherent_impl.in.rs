#[async_resource]
impl DbQuery {
    pub fn new(db: Db) -> Self {
        Self { db }
    }
    #[async_resource(trigger = parent.async_id())]
    pub fn child(parent: &Self) -> Self {
        Self { db: parent.db.clone() }
    }
    pub async fn get_info(&self, sql: &str) -> Result<Row, DbError> {
        self.db.query(sql).await
    }
    pub fn on_row(&self, row: Row, callback: impl FnOnce(Row)) {
        callback(row)
    }
    fn private(&self) {}
    #[async_resource]
    fn asked_for(&self) {}
    #[async_resource(skip)]
    pub fn skipped(&self) {}
}
