use async_hooks::async_resource;

#[async_resource("LIMIT")]
pub struct Limit {
    pub n: u8,
}

#[async_resource]
impl Limit {
    pub async fn tail(&self) -> String {
        self.n
    }
    pub async fn early(&self, n: u8) -> Result<u8, String> {
        if n > 3 {
            return n;
        }
        Ok(self.n)
    }
    pub async fn question(&self, text: &str) -> Option<u8> {
        Some(text.parse::<u8>()?)
    }
    pub fn sync(&self) -> String {
        self.n
    }
    pub fn wrong_field() -> Self {
        Self { m: 1 }
    }
}

fn main() {}
