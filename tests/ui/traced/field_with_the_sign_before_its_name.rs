use async_hooks::traced;

#[traced(fields(%path = request.path))]
async fn handle(request: Request) {
    drop(request);
}

struct Request {
    path: String,
}

fn main() {}
