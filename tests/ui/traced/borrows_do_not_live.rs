use async_hooks::traced;

#[traced]
async fn dangles(list: Vec<u8>) -> &'static [u8] {
    &list
}

#[traced]
async fn moved(text: String) -> usize {
    drop(text);
    text.len()
}

fn main() {}
