#[async_resource("ROW", manual_destroy)]
pub struct Row(pub u8, pub(crate) String);
