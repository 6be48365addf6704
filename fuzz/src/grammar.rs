//! Attributes and items written by a grammar: nearly all of them are Rust, so the fuzzer's time goes into how options,
//! items and bodies meet, and not into brackets.

use libfuzzer_sys::arbitrary::{Result, Unstructured};

use crate::check::{ASYNC_RESOURCE, Expand, TESTS_AND_MAINS, TRACED};

const KEYS: &[&str] = &[
    "name",
    "fields",
    "err",
    "ret",
    "trigger",
    "boxed",
    "crate",
    "skip",
    "__last",
    "manual_destroy",
    "tokio",
    "type",
    "flavor",
    "nmae",
    "self",
    "r#crate",
    "async",
];
const VALUES: &[&str] = &[
    "\"A\"",
    "\"\"",
    "7",
    "a::b",
    "::a::<u8>::b",
    "self.a",
    "f(a, b)",
    "Debug",
    "Display",
    "%a",
    "?a",
    "a = 1",
    "a.b = %c",
    "{ 1 }",
    "if a { b } else { c }",
    "|x| x",
    "b\"x\"",
    "'c'",
    "-1",
    "m!(a)",
    "return",
    "a,",
    "",
    "r#\"x\"#",
    "r#fn",
    "<A as B>::c",
    "async { 1 }",
    "\"::mine::ah_tokio\"",
    "a = ?b, %c, d",
];
const ATTRS: &[&str] = &[
    "#[derive(Debug)]",
    "#[derive(Clone, serde::Deserialize)]",
    "#[derive()]",
    "#[cfg_attr(test, derive(Eq), serde(default))]",
    "#[cfg(any())]",
    "#[serde(default)]",
    "#[repr(transparent)]",
    "#[repr(C, packed(2))]",
    "#[doc = \"x\"]",
    "/// x\n",
    "#[other]",
    "#[other::one(1, {2})]",
    "#[resource]",
    "#[resource(1)]",
    "#[must_use = \"x\"]",
    "#[async_resource]",
    "#[async_resource(skip)]",
    "#[async_resource(trigger = a)]",
    "#[traced]",
    "#[traced(skip)]",
    "#[traced(err, ret)]",
    "#[unsafe(no_mangle)]",
    "#[track_caller]",
];
const TYPES: &[&str] = &[
    "u8",
    "()",
    "!",
    "Self",
    "Name",
    "&'a T",
    "&mut dyn A",
    "[u8; N]",
    "[T]",
    "(A, B)",
    "fn(u8) -> u8",
    "impl Future<Output = u8>",
    "impl Stream<Item = Self> + Send + 'a",
    "impl Fn(u8) -> impl Sized",
    "Pin<Box<dyn Future<Output = u8> + Send + '_>>",
    "Pin<Box<dyn Stream<Item = u8>>>",
    "BoxFuture<'a, Result<A, B>>",
    "Self::Future",
    "Result<A, B>",
    "Option<impl A>",
    "ResourceOf<Self>",
    "m!(x)",
    "<T as A>::B",
    "*const u8",
    "Box<Self>",
    "for<'b> fn(&'b u8)",
    "_",
];
const GENERICS: &[&str] = &[
    "",
    "",
    "<T>",
    "<'a, T: ?Sized + 'a, const N: usize>",
    "<K, V = u8>",
    "<const N: usize = { 1 + 1 }>",
];
const WHERES: &[&str] = &[
    "",
    "",
    "",
    "where T: Clone",
    "where for<'b> &'b T: A<B = u8>,",
];
const VISIBILITIES: &[&str] = &["", "pub ", "pub(crate) ", "pub(in a::b) ", "pub(self) "];
const MODIFIERS: &[&str] = &[
    "",
    "",
    "async ",
    "const ",
    "unsafe ",
    "async unsafe ",
    "extern \"C\" ",
    "default ",
    "async unsafe extern \"C\" ",
];
const RECEIVERS: &[&str] = &[
    "",
    "self, ",
    "&self, ",
    "&'a mut self, ",
    "mut self, ",
    "self: Pin<&mut Self>, ",
    "#[x] self: &Arc<Self>, ",
];
const PATTERNS: &[&str] = &[
    "a",
    "mut a",
    "_",
    "(a, _)",
    "[b, ..]",
    "&c",
    "ref mut d",
    "Name { a, .. }",
    "Self(a)",
    "e @ 1..=2",
    "r#fn",
    "(A | B)",
    "m!()",
];
const STATEMENTS: &[&str] = &[
    "#![allow(x)]",
    "a?;",
    "return Self { a: 1 };",
    "Self(1);",
    "Name { a, ..b };",
    "let Self { a } = x;",
    "let Name(a, ..) = x else { return };",
    "if let Some(Self { a, .. }) = b {}",
    "match a { Self => 1, Name(x) | Name(x, ..) if x => { 2 } _ => 3 };",
    "vec![Self; 2];",
    "m!(Self { a: 1 } => Name);",
    "matches!(x, Self { a });",
    "f(Self);",
    "Some(1).map(Self);",
    "const A: Name = Name;",
    "fn inner() -> Self { Self }",
    "struct Name;",
    "impl A for Name { fn b() { Self } }",
    "(|| Self(1))();",
    "async move { Name { a } }.await;",
    "Box::pin(async move { 1 })",
    "let b = a + 1; async move { b }",
    "loop { break 'a; }",
    "(Self { a }, [b]) = c;",
    "use Self::A;",
    "macro_rules! n { ($a:ident) => { Self { $a } } }",
    "a + ",
    "unsafe { Name }",
    "Self::<u8> { 0: a }",
    "<Self>::new()",
    "&raw const Self",
];

/// Writes options and an item, and says which attributes are to be tried on them.
pub fn written(bytes: &[u8]) -> Result<(&'static [Expand], String)> {
    let bytes = &mut Unstructured::new(bytes);
    let attributes = *bytes.choose(&[TRACED, ASYNC_RESOURCE, TESTS_AND_MAINS])?;
    let text = format!("#[_({})] {}", options(bytes)?, item(bytes)?);
    Ok((attributes, text))
}

fn pick(bytes: &mut Unstructured<'_>, all: &[&'static str]) -> Result<&'static str> {
    bytes.choose(all).copied()
}

/// Up to `most` of something, put together.
fn several(
    bytes: &mut Unstructured<'_>,
    most: usize,
    mut one: impl FnMut(&mut Unstructured<'_>) -> Result<String>,
) -> Result<String> {
    (0..bytes.int_in_range(0..=most)?)
        .map(|_| one(bytes))
        .collect()
}

fn options(bytes: &mut Unstructured<'_>) -> Result<String> {
    several(bytes, 5, |bytes| {
        let key = pick(bytes, KEYS)?;
        let comma = pick(bytes, &[", ", ", ", ", ", ", ", " ", ",, "])?;
        Ok(match bytes.int_in_range(0..=4)? {
            0 => format!("{key}{comma}"),
            1 | 2 => format!("{key} = {}{comma}", pick(bytes, VALUES)?),
            3 => format!("{key}({}){comma}", values(bytes)?),
            _ => format!("{}{comma}", pick(bytes, VALUES)?),
        })
    })
}

fn values(bytes: &mut Unstructured<'_>) -> Result<String> {
    several(bytes, 3, |bytes| Ok(format!("{}, ", pick(bytes, VALUES)?)))
}

fn item(bytes: &mut Unstructured<'_>) -> Result<String> {
    let attributes = attributes(bytes)?;
    let item = match bytes.int_in_range(0..=9)? {
        0..=3 => function(bytes)?,
        4..=5 => structure(bytes)?,
        6..=7 => block(bytes)?,
        8 => {
            let (generics, members) = (pick(bytes, GENERICS)?, several(bytes, 4, member)?);
            format!("trait Name{generics}: A {{ {members} }}")
        }
        _ => pick(
            bytes,
            &[
                "enum Name { A }",
                "union Name { a: u8 }",
                "mod name { }",
                "static A: u8 = 1;",
                "m!{}",
                "use a::b;",
            ],
        )?
        .to_owned(),
    };
    Ok(attributes + &item)
}

fn attributes(bytes: &mut Unstructured<'_>) -> Result<String> {
    several(bytes, 3, |bytes| Ok(format!("{} ", pick(bytes, ATTRS)?)))
}

fn structure(bytes: &mut Unstructured<'_>) -> Result<String> {
    let (vis, generics, clause) = (
        pick(bytes, VISIBILITIES)?,
        pick(bytes, GENERICS)?,
        pick(bytes, WHERES)?,
    );
    let named = bytes.arbitrary()?;
    let fields = several(bytes, 4, |bytes| {
        let name = if named {
            pick(bytes, &["a: ", "b: ", "r#fn: ", "__ah: "])?
        } else {
            ""
        };
        let (attributes, vis) = (attributes(bytes)?, pick(bytes, VISIBILITIES)?);
        Ok(format!("{attributes}{vis}{name}{}, ", pick(bytes, TYPES)?))
    })?;
    Ok(match (named, fields.is_empty() && bytes.arbitrary()?) {
        (_, true) => format!("{vis}struct Name{generics} {clause};"),
        (true, _) => format!("{vis}struct Name{generics} {clause} {{ {fields} }}"),
        (false, _) => format!("{vis}struct Name{generics}({fields}) {clause};"),
    })
}

fn block(bytes: &mut Unstructured<'_>) -> Result<String> {
    let head = pick(bytes, &["impl", "unsafe impl", "impl", "default impl"])?;
    let (generics, clause) = (pick(bytes, GENERICS)?, pick(bytes, WHERES)?);
    let of = pick(
        bytes,
        &[
            "",
            "",
            "Trait for ",
            "!Trait<u8> for ",
            "Trait<'a> for &'a mut ",
        ],
    )?;
    let ty = pick(
        bytes,
        &[
            "Name",
            "Name<'a, T, N>",
            "a::b::Name<T>",
            "(Name)",
            "Self",
            "dyn A",
            "[Name]",
            "m!()",
            "<T as A>::B",
        ],
    )?;
    let members = several(bytes, 5, member)?;
    Ok(format!(
        "{head}{generics} {of}{ty} {clause} {{ {members} }}"
    ))
}

fn member(bytes: &mut Unstructured<'_>) -> Result<String> {
    let attributes = attributes(bytes)?;
    let member = match bytes.int_in_range(0..=7)? {
        0..=5 => function(bytes)?,
        6 => format!("type A<'b> = {};", pick(bytes, TYPES)?),
        _ => pick(
            bytes,
            &[
                "const A: Self = Self;",
                "m! { a => b }",
                "m!();",
                "const B: u8;",
            ],
        )?
        .to_owned(),
    };
    Ok(format!("{attributes}{member} "))
}

fn function(bytes: &mut Unstructured<'_>) -> Result<String> {
    let (vis, modifiers) = (pick(bytes, VISIBILITIES)?, pick(bytes, MODIFIERS)?);
    let (generics, receiver) = (pick(bytes, GENERICS)?, pick(bytes, RECEIVERS)?);
    let parameters = several(bytes, 3, |bytes| {
        let attribute = pick(bytes, &["", "", "", "#[cfg(x)] ", "#[x] "])?;
        Ok(format!(
            "{attribute}{}: {}, ",
            pick(bytes, PATTERNS)?,
            pick(bytes, TYPES)?
        ))
    })?;
    let output = match bytes.arbitrary()? {
        true => format!("-> {}", pick(bytes, TYPES)?),
        false => String::new(),
    };
    let clause = pick(bytes, WHERES)?;
    let body = match bytes.ratio(1, 8)? {
        true => ";".to_owned(),
        false => format!(
            "{{ {} }}",
            several(bytes, 4, |bytes| pick(bytes, STATEMENTS).map(str::to_owned))?
        ),
    };
    Ok(format!(
        "{vis}{modifiers}fn name{generics}({receiver}{parameters}) {output} {clause} {body}"
    ))
}
