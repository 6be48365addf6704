//! Each command, what it says and what it ends with.

use std::os::unix::fs::MetadataExt as _;

use ah_inspect::Recording;

use crate::served::Served;

type Test = (&'static str, fn());

pub(crate) const TESTS: &[Test] = &[
    ("views_show_the_process", views_show_the_process),
    ("json_is_for_scripts", json_is_for_scripts),
    ("a_recording_is_a_file", a_recording_is_a_file),
    ("an_export_is_a_file", an_export_is_a_file),
    (
        "pictures_are_of_a_process_or_of_a_file",
        pictures_are_of_a_process_or_of_a_file,
    ),
    (
        "exit_codes_tell_what_went_wrong",
        exit_codes_tell_what_went_wrong,
    ),
    ("what_has_ended_is_forgotten", what_has_ended_is_forgotten),
    ("only_the_user_may_connect", only_the_user_may_connect),
    (
        "watching_ends_with_the_process",
        watching_ends_with_the_process,
    ),
    ("help_names_each_command", help_names_each_command),
];

fn views_show_the_process() {
    let served = Served::start("views");
    let (pid, query) = (served.pid(), served.query.to_string());
    let ps = served.says(&["ps", &pid]);
    assert!(ps.starts_with("     ID   CAUSE STATE"), "{ps}");
    assert!(ps.contains("SERVER") && ps.contains("tenant=acme"), "{ps}");
    let pstree = served.says(&["pstree", &pid]);
    assert!(
        pstree.contains("└─ SERVER") && pstree.contains("   └─ Query"),
        "{pstree}"
    );
    let why = served.says(&["why", &pid, &query]);
    assert!(
        why.contains("was caused by SERVER") && why.contains("It carries tenant=acme."),
        "{why}"
    );
    let lost = served.says(&["lost", &pid]);
    assert!(
        lost.starts_with("context lost: `tenant` is unset at served.rs:")
            && lost.contains("  fix: "),
        "{lost}"
    );
    let stats = served.says(&["stats", &pid]);
    assert!(
        stats.contains("Query") && stats.contains("tenant"),
        "{stats}"
    );
    let list = served.says(&["ls"]);
    assert!(list.contains(&pid) && list.lines().count() == 2, "{list}");
}

fn json_is_for_scripts() {
    let served = Served::start("json");
    let (pid, query) = (served.pid(), served.query.to_string());
    let json = |words: &[&str]| -> serde_json::Value {
        let said = served.says(&[words, &["--json"]].concat());
        assert_eq!(said.lines().count(), 1);
        serde_json::from_str(&said).expect("JSON")
    };
    let ps = json(&["ps", &pid]);
    assert_eq!(ps["alive"][1]["type"], "Query");
    assert_eq!(ps["alive"][1]["stores"][0]["value"], "acme");
    assert_eq!(ps["alive"][1]["cause"], ps["alive"][0]["id"]);
    let tree = json(&["pstree", &pid]);
    assert_eq!(tree["trees"][0]["caused"][0]["first"]["type"], "Query");
    let why = json(&["why", &pid, &query]);
    assert_eq!(why["chain"][1]["type"], "SERVER");
    let lost = json(&["lost", &pid]);
    assert_eq!(
        (&lost["lost"][0]["storage"], &lost["lost"][0]["times"]),
        (&"tenant".into(), &1.into())
    );
    let stats = json(&["stats", &pid]);
    assert_eq!(stats["storages"][0]["name"], "tenant");
}

fn a_recording_is_a_file() {
    let served = Served::start("recording");
    let file = served.directory().with_file_name("shop.rec");
    let words = ["record", &served.pid(), "-o", file.to_str().unwrap()];
    let said = served.says(&words);
    assert!(said.contains(" events of 2 tasks and resources"), "{said}");
    let recording = Recording::from_bytes(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(recording.task(served.query).unwrap().type_name(), "Query");
    let (code, why) = served.fails(&words);
    assert!(
        code == 1 && why.contains("--force writes over a file"),
        "{why}"
    );
    served.says(&[&words[..], &["--force"]].concat());
}

fn an_export_is_a_file() {
    let served = Served::start("exports");
    let directory = served.directory().with_file_name("files");
    std::fs::create_dir(&directory).unwrap();
    let path = |name: &str| directory.join(name).to_str().unwrap().to_owned();
    let recording = path("shop.rec");
    served.says(&["record", &served.pid(), "-o", &recording]);
    for (format, file, holds) in [
        ("perfetto", "shop.pftrace", "tenant=acme"),
        ("heap", "shop.heapsnapshot", "tenant: &str = acme"),
        ("speedscope", "shop.speedscope.json", "\"polled\""),
        (
            "bubbleprof",
            "shop.clinic-bubbleprof/shop.clinic-bubbleprof-traceevent",
            "PROMISE_CALLBACK",
        ),
    ] {
        let words = ["export", "--recording", &recording, "--format", format];
        let said = served.says(&words);
        assert!(said.ends_with(": 2 tasks and resources\n"), "{said}");
        let bytes = std::fs::read(path(file)).unwrap();
        assert!(String::from_utf8_lossy(&bytes).contains(holds), "{format}");
        let (code, why) = served.fails(&words);
        assert!(code == 1 && why.contains("--force"), "{why}");
        served.says(&[&words[..], &["-f"]].concat());
    }
    let live = path("live.pftrace");
    let words = ["export", &served.pid(), "--format", "perfetto", "-o", &live];
    served.says(&words);
    assert!(std::fs::metadata(live).unwrap().len() > 100);
}

fn pictures_are_of_a_process_or_of_a_file() {
    let served = Served::start("pictures");
    let (pid, query) = (served.pid(), served.query.to_string());
    let file = |name: &str| served.directory().with_file_name(name);
    let river = served.says(&["river", &pid, &query]);
    assert!(
        river.contains("tenant=acme") && river.contains("Query("),
        "{river}"
    );
    assert!(
        river.lines().all(|line| line.chars().count() <= 80) && !river.contains('\u{1b}'),
        "{river}"
    );
    let recording = file("shop.rec");
    let recording = recording.to_str().unwrap();
    served.says(&["record", &pid, "-o", recording]);
    let top = served.says(&["top", "--recording", recording]);
    assert!(
        top.contains("tenant=acme") && top.lines().count() == 2,
        "{top}"
    );
    let by = served.says(&["top", "--recording", recording, "--by", "tenant", "--json"]);
    let by: serde_json::Value = serde_json::from_str(&by).expect("JSON");
    assert_eq!(by["requests"][0]["request"], "tenant=acme");
    assert_eq!(by["requests"][0]["id"].to_string(), query);

    let page = file("river.html");
    let words = ["river", "--recording", recording, &query, "--html"];
    let words = [&words[..], &[page.to_str().unwrap()]].concat();
    assert!(served.says(&words).contains("river.html: "));
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("tenant=acme"), "{html}");
    let (code, why) = served.fails(&words);
    assert!(
        code == 1 && why.contains("--force writes over a file"),
        "{why}"
    );
    let pages = file("requests");
    served.says(&["top", &pid, "--html", pages.to_str().unwrap()]);
    let index = std::fs::read_to_string(pages.join("index.html")).unwrap();
    let link = format!("river-{query}.html");
    assert!(index.contains(&format!("href='{link}'")), "{index}");
    assert!(pages.join(link).exists());
}

fn exit_codes_tell_what_went_wrong() {
    let served = Served::start("exits");
    let pid = served.pid();
    let none = "/nowhere/shop.rec";
    let cases: [(&[&str], i32, &str); 22] = [
        (&["export", &pid], 2, "--format takes one of perfetto, heap"),
        (&["export", &pid, "--format", "x"], 2, "--format takes one"),
        (&["export", "--format", "heap"], 2, "write `ah export PID`"),
        (
            &["export", "--format", "heap", "--recording", none],
            1,
            none,
        ),
        (
            &["export", &pid, "--format", "heap", "--recording", none],
            2,
            "write `ah export --recording FILE`",
        ),
        (&["ps", &pid, "--format", "heap"], 2, "takes no --format"),
        (&["why", &pid, "1"], 1, "1 is not alive"),
        (&[], 2, "which command?"),
        (&["pss"], 2, "there is no command `pss`"),
        (&["ps"], 2, "write `ah ps PID`"),
        (&["ps", "shop"], 2, "`shop` is no process id"),
        (&["why", &pid, "x"], 2, "`x` is no id"),
        (&["ps", &pid, "--check"], 2, "`ah ps` takes no --check"),
        (
            &["ps", &pid, "--colour"],
            2,
            "there is no option `--colour`",
        ),
        (&["river", &pid], 2, "write `ah river PID ID`"),
        (
            &["river", "--recording", "x"],
            2,
            "write `ah river --recording FILE ID`",
        ),
        (&["river", &pid, "1"], 1, "1 is not recorded"),
        (&["top", &pid, "--by", "user"], 1, "called `user`"),
        (&["top", "--recording", "nowhere.rec"], 1, "nowhere.rec: "),
        (&["ps", &pid, "--html", "x"], 2, "`ah ps` takes no --html"),
        (&["ps", "4294967295"], 3, "does not serve"),
        (&["lost", &pid, "--check"], 4, ""),
    ];
    for (words, code, why) in cases {
        let (exit, said) = served.fails(words);
        assert_eq!(exit, code, "{words:?}: {said}");
        assert!(said.contains(why), "{words:?}: {said}");
    }
}

fn what_has_ended_is_forgotten() {
    let mut served = Served::start("ended");
    served.end();
    assert!(served.socket().exists());
    let (code, why) = served.fails(&["ps", &served.pid()]);
    assert!(code == 3 && why.contains("has ended"), "{why}");
    assert_eq!(
        served.says(&["ls"]),
        "no process serves: call `ah_inspect::serve()` in one\n"
    );
    assert!(!served.socket().exists());
}

fn only_the_user_may_connect() {
    let served = Served::start("mode");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(
        (mode(&served.directory()), mode(&served.socket())),
        (0o700, 0o600)
    );
}

fn watching_ends_with_the_process() {
    let mut served = Served::start("watch");
    let pid = served.pid();
    let runtime = served.directory().parent().unwrap().to_owned();
    let watching = std::process::Command::new(env!("CARGO_BIN_EXE_ah"))
        .args(["ps", &pid, "--json", "--watch=0.1"])
        .env("XDG_RUNTIME_DIR", runtime)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut watching = watching;
    let mut lines =
        std::io::BufRead::lines(std::io::BufReader::new(watching.stdout.take().unwrap()));
    for _ in 0..3 {
        assert!(
            lines
                .next()
                .unwrap()
                .unwrap()
                .contains("\"type\":\"Query\"")
        );
    }
    served.end();
    assert!(lines.all(|line| line.is_ok()));
    assert!(watching.wait().unwrap().success());
}

fn help_names_each_command() {
    let served = Served::start("help");
    let help = served.says(&["--help"]);
    for command in [
        "ls",
        "ps PID",
        "pstree PID",
        "why PID ID",
        "lost PID",
        "stats PID",
        "record PID",
        "top PID",
        "river PID ID",
        "export PID",
    ] {
        assert!(help.contains(&format!("\n  ah {command} ")), "{command}");
    }
    assert!(
        help.lines().all(|line| line.chars().count() <= 80),
        "{help}"
    );
    assert_eq!(
        served.says(&["--version"]),
        concat!("ah ", env!("CARGO_PKG_VERSION"), "\n")
    );
}
