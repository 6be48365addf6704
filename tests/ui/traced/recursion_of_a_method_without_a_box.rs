use async_hooks::traced;

struct Tree(Vec<Tree>);

#[traced]
impl Tree {
    async fn count(&self) -> usize {
        let mut count = 1;
        for tree in &self.0 {
            count += tree.count().await + self.count().await;
        }
        count
    }
}

fn main() {
    drop(Tree(vec![]).count());
}
