fn main() {
    let on_row = ah::bind!(|row: u32| row + 1);
    on_row(1);
}
