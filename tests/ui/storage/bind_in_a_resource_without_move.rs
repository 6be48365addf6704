fn main() {
    let query = async_hooks::AsyncResource::new("DBQuery");
    let on_row = async_hooks::bind!(query, |row: u32| row + 1);
    on_row(1);
}
