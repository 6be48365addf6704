#[async_resource("UNIT", fields(pool = "main", host = %host()))]
struct Unit;
