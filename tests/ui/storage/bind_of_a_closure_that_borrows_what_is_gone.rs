fn callback() -> impl Fn(u32) -> usize {
    let name = String::from("ada");
    let name = &name;
    async_hooks::bind!(move |_row: u32| name.len())
}

fn main() {
    callback()(1);
}
