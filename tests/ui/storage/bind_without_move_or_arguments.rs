fn main() {
    let on_end = ah::bind!(|| println!("end"));
    on_end();
}
