fn main() {
    let query = ah::AsyncResource::new("DBQuery");
    let on_row = ah::bind!(query, |row: u32| row + 1);
    on_row(1);
}
