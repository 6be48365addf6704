fn main() {
    let on_end = async_hooks::bind!(|| println!("end"));
    on_end();
}
