fn main() {
    let on_row = async_hooks::bind!(|row: u32| row + 1);
    on_row(1);
}
