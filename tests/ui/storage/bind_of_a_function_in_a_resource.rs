fn on_row(_: u32) {}

fn main() {
    let query = ah::AsyncResource::new("DBQuery");
    let on_row = ah::bind!(query, on_row);
    on_row(1);
}
