//! Views as text.

use async_hooks::AsyncResource;

use crate::recorded::Recorded;

#[test]
fn a_tree_is_by_cause_and_what_looks_alike_is_one_line() {
    let _recorded = Recorded::start();
    let server = AsyncResource::new("SERVER");
    let _connections: Vec<_> = server.run_in_async_scope(|| {
        let connection = || {
            let connection = AsyncResource::new("CONNECTION");
            let query = connection.run_in_async_scope(|| AsyncResource::new("Query"));
            (connection, query)
        };
        (0..3).map(|_| connection()).collect()
    });
    let id = server.async_id().get();
    let tree = ah_inspect::pstree();
    let lines: Vec<&str> = tree.lines().collect();
    assert_eq!(lines[0], "7 alive");
    assert!(
        lines[1].starts_with(&format!("└─ SERVER({id})  held  views.rs:")),
        "{tree}"
    );
    assert!(
        lines[2].starts_with(&format!("   └─ 3 × CONNECTION({}…{})", id + 1, id + 5)),
        "{tree}"
    );
    assert!(
        lines[3].starts_with(&format!("      └─ Query({})", id + 2)),
        "{tree}"
    );
    assert_eq!(lines.len(), 4);
}

#[test]
fn a_deep_tree_and_a_circle_end() {
    let _recorded = Recorded::start();
    let mut kept = vec![AsyncResource::new("DEEP")];
    for _ in 0..10_000 {
        let next = kept[kept.len() - 1].run_in_async_scope(|| AsyncResource::new("DEEP"));
        kept.push(next);
    }
    let tree = ah_inspect::pstree();
    assert!(tree.starts_with("10001 alive\n"), "{}", &tree[..200]);
    assert!(tree.contains("below"), "{tree}");
    assert!(
        ah_inspect::why(kept[10_000].async_id())
            .unwrap()
            .lines()
            .count()
            < 60
    );

    let next = kept[10_000].async_id().get() + 1;
    let builder = |trigger: u64| {
        let trigger = async_hooks::AsyncId::try_from(trigger).unwrap();
        AsyncResource::builder("CIRCLE")
            .trigger_async_id(trigger)
            .build()
            .unwrap()
    };
    let _circle = (builder(next + 1), builder(next));
    assert_eq!(ah_inspect::pstree().matches("CIRCLE").count(), 2);
}

#[test]
fn lines_fit_eighty_columns() {
    let _recorded = Recorded::start();
    let _long = AsyncResource::new(
        "A_TYPE_WITH_A_NAME_THAT_IS_MUCH_LONGER_THAN_ANY_TERMINAL_IS_WIDE_OR_WILL_EVER_BE",
    );
    for text in [
        ah_inspect::ps(),
        ah_inspect::pstree(),
        ah_inspect::stats_text(),
    ] {
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn why_tells_the_chain_of_causes() {
    let _recorded = Recorded::start();
    let server = AsyncResource::new("SERVER");
    let query = server.run_in_async_scope(|| AsyncResource::new("Query"));
    let (server_id, query_id) = (server.async_id(), query.async_id());
    let why = ah_inspect::why(query_id).unwrap();
    assert!(
        why.contains(&format!(
            "Query({query_id}) was caused by SERVER({server_id})"
        )),
        "{why}"
    );
    assert!(
        why.contains(&format!(
            "Nothing that is tracked caused SERVER({server_id})."
        )),
        "{why}"
    );
    assert!(why.contains("It was not entered or polled yet."), "{why}");
    drop(server);
    let why = ah_inspect::why(query_id).unwrap();
    assert!(
        why.contains(&format!("was caused by {server_id}, which has ended.")),
        "{why}"
    );
    let error = ah_inspect::why(server_id).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{server_id} is not alive: it has ended, or never was")
    );
}

#[test]
fn nothing_is_shown_where_nothing_is_recorded() {
    let mut recorded = Recorded::start();
    let _query = AsyncResource::new("Query");
    recorded.stop();
    for text in [
        ah_inspect::ps(),
        ah_inspect::pstree(),
        ah_inspect::stats_text(),
    ] {
        assert!(text.starts_with("nothing is recorded"), "{text}");
    }
    assert_eq!(ah_inspect::alive(), []);
}

#[test]
fn statistics_are_by_type_and_by_storage() {
    static TENANT: async_hooks::AsyncLocalStorage<u8> = async_hooks::AsyncLocalStorage::builder()
        .name("tenant of statistics")
        .build();
    let _recorded = Recorded::start();
    let queries = TENANT.run(7, || {
        [AsyncResource::new("Query"), AsyncResource::new("Query")]
    });
    queries[0].run_in_async_scope(|| ());
    let _other = AsyncResource::new("Other");
    let (types, storages) = ah_inspect::stats();
    let types: Vec<_> = types
        .iter()
        .map(|ty| (ty.name.as_str(), ty.alive, ty.polls))
        .collect();
    assert_eq!(types, [("Query", 2, 1), ("Other", 1, 0)]);
    let tenant = storages
        .iter()
        .find(|storage| storage.name == "tenant of statistics")
        .unwrap();
    assert_eq!((tenant.carried_by, tenant.type_name), (2, "u8"));
}
