//! Expansions of the main shapes, and hundreds of generated items.

use std::{fs, path::Path};

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, File, Item, Meta};

/// Expands every item of a file that has the attribute, both stages.
fn expand_file(source: &str) -> String {
    let file = syn::parse_str::<File>(source).unwrap();
    let items: TokenStream = file.items.into_iter().map(expand_item).collect();
    prettyplease::unparse(&syn::parse2(items).unwrap())
}

fn expand_item(item: Item) -> TokenStream {
    let mut item = item;
    let Some(args) = attrs(&mut item).and_then(|attrs| take(attrs, "async_resource")) else {
        return item.into_token_stream();
    };
    let expanded: File = syn::parse2(super::expand(args, item.into_token_stream())).unwrap();
    expanded.items.into_iter().map(expand_again).collect()
}

fn expand_again(mut item: Item) -> TokenStream {
    match attrs(&mut item).and_then(|attrs| take(attrs, "async_resource_field")) {
        Some(args) => super::field(args, item.into_token_stream()),
        None => item.into_token_stream(),
    }
}

fn attrs(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        _ => None,
    }
}

/// Takes the attribute off and returns what stands in its parentheses.
fn take(attrs: &mut Vec<Attribute>, name: &str) -> Option<TokenStream> {
    let is_it = |attr: &Attribute| attr.path().segments.last().unwrap().ident == name;
    let attr = attrs.remove(attrs.iter().position(is_it)?);
    Some(match attr.meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    })
}

/// `AH_BLESS=1` writes what is expected now.
#[test]
fn expansions_are_as_they_were() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/async_resource");
    let mut shapes = 0;
    for entry in fs::read_dir(&directory).unwrap() {
        let input = entry.unwrap().path();
        let name = input.file_name().unwrap().to_str().unwrap();
        let Some(name) = name.strip_suffix(".in.rs") else {
            continue;
        };
        let output = directory.join(format!("{name}.out.rs"));
        let expanded = expand_file(&fs::read_to_string(&input).unwrap());
        if std::env::var_os("AH_BLESS").is_some() {
            fs::write(&output, &expanded).unwrap();
        }
        let expected = fs::read_to_string(&output).unwrap_or_default();
        assert_eq!(expanded, expected, "{name}");
        shapes += 1;
    }
    assert!(shapes >= 8);
}

/// A small generator of numbers: the same ones in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.next() % all.len()]
    }

    fn several(&mut self, all: &[&str], between: &str) -> String {
        let some: Vec<_> = (0..self.next() % 4).map(|_| self.pick(all)).collect();
        some.join(between)
    }
}

const ARGS: &[&str] = &[
    "",
    "\"T\"",
    "\"\"",
    "T",
    "7",
    "\"T\", \"U\"",
    "skip",
    "\"T\", manual_destroy",
    "\"T\", manual_destroy, manual_destroy = 1",
    "\"T\", fields(a = 1, b = %x, c = ?y)",
    "\"T\", fields()",
    "fields(self.a)",
    "crate = my::async_hooks",
    "\"T\", crate = \"x\"",
    "trigger = 1",
    "\"T\", unknown(1, 2)",
    "= 3",
    ",,",
    "\"T\" manual_destroy",
    "crate",
    "type = \"T\"",
    "$",
];
const ATTRS: &[&str] = &[
    "#[derive(Debug)]",
    "#[derive(Clone, Copy, Default)]",
    "#[derive(serde::Deserialize, Hash)]",
    "#[cfg_attr(test, derive(Eq, Deserialize))]",
    "#[serde(default)]",
    "#[serde(transparent)]",
    "#[repr(transparent)]",
    "#[repr(C, packed(2))]",
    "#[doc = \"x\"]",
    "#[other]",
    "#[derive]",
    "#[async_resource(\"U\")]",
    "#[cfg_attr]",
    "#[derive(1)]",
    "#[must_use]",
];
const GENERICS: &[&str] = &[
    "",
    "<T>",
    "<'a, T: ?Sized + 'a, const N: usize>",
    "<K, V = u8>",
];
const FIELDS: &[&str] = &[
    "{ a: u8 }",
    "{ pub a: T, #[resource] b: ResourceOf<Self> }",
    "(u8);",
    "(#[resource] R, #[resource] S);",
    ";",
    "{}",
    "();",
    "{ a: [u8] }",
    "(pub(crate) &'a T, [u8; N]);",
    "(str);",
    "{ #[resource(1)] a: u8, }",
    "(#[cfg(any())] u8, T) where T: Clone;",
];
const METHODS: &[&str] = &[
    "fn new(a: u8) -> Self { Self { a } }",
    "pub async fn b(&self) { Self(1).c().await; }",
    "pub const fn d(&self) -> u8 { self.a }",
    "const D: Self = Self;",
    "type T = Self;",
    "#[async_resource(skip, trigger = 1)] fn e(self: Arc<Self>) -> Name { Name { a: 1, ..self } }",
    "#[async_resource] fn f() {}",
    "#[async_resource = 1] fn g(&mut self) {}",
    "pub fn h(self: Pin<&mut Self>) -> Pin<Box<dyn Future<Output = u8> + Send + '_>> { Box::pin(async { 1 }) }",
    "pub fn i(&self) -> impl Future<Output = Self> { let n = 1; async move { Self(n) } }",
    "pub async fn j(&self, (a, ref b): (u8, u8), _: u8, mut c: u8) -> Result<impl Sized, !> { Ok(a?) }",
    "pub async fn k(self) -> ! { loop { match self { Self => {}, Name(.., x) | Name(x, ..) => {} } } }",
    "#[other] pub async fn l(&self) { vec![Self; 2]; m!(Self { a: 1 } => x); matches!(x, Self { a } if a == Self); }",
    "pub async unsafe extern \"C\" fn m<'a, T>(&'a self, t: impl Fn(T) -> Self) where T: 'a { #![allow(x)] (Self { a }, [b]) = t; }",
    "pub fn n(&self) { const A: Name = Name; static B: Self = Self {}; fn inner() -> Name { Name(1) } }",
    "mac! { anything => at all }",
    "fn o(&self);",
    "#[async_resource(trigger = x)] pub fn p() { Some(1).map(Self) }",
];
const SELF_TYPES: &[&str] = &[
    "Name",
    "Name<'a, T, N>",
    "Trait for Name",
    "Trait<u8> for &'a mut Name<T>",
    "Trait for Box<Name>",
    "a::b::Name",
    "(u8, u8)",
    "Trait for dyn Other",
    "Trait for [u8]",
    "<T as U>::V",
];

fn structure(random: &mut Random) -> String {
    let (attrs, generics, fields) = (
        random.several(ATTRS, " "),
        random.pick(GENERICS),
        random.pick(FIELDS),
    );
    let vis = random.pick(&["", "pub ", "pub(in a::b) "]);
    match fields.split_once("where") {
        Some((fields, clause)) => {
            format!("{attrs} {vis}struct Name{generics} {fields} where {clause}")
        }
        None => format!("{attrs} {vis}struct Name{generics} {fields}"),
    }
}

fn block(random: &mut Random) -> String {
    let (methods, ty) = (random.several(METHODS, " "), random.pick(SELF_TYPES));
    let (before, generics) = (
        random.pick(&["", "", "unsafe ", "#[other] "]),
        random.pick(GENERICS),
    );
    format!("{before}impl{generics} {ty} {{ {methods} }}")
}

fn other(random: &mut Random) -> String {
    random
        .pick(&[
            "enum Name { A }",
            "fn f() {}",
            "trait T {}",
            "union U { a: u8 }",
            "mod m {}",
            "x",
            "",
            "use a::b;",
            "const X: u8 = 1;",
        ])
        .to_owned()
}

/// Leaves out, doubles or moves a token somewhere.
fn disturb(tokens: TokenStream, random: &mut Random) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if tokens.is_empty() {
        return TokenStream::new();
    }
    let at = random.next() % tokens.len();
    match (&tokens[at], random.next() % 4) {
        (TokenTree::Group(group), 0..3) => {
            let inside = disturb(group.stream(), random);
            tokens[at] = TokenTree::Group(Group::new(group.delimiter(), inside));
        }
        (_, 0) => drop(tokens.remove(at)),
        (_, 1) => tokens.insert(at, tokens[at].clone()),
        _ => {
            let with = random.next() % tokens.len();
            tokens.swap(at, with);
        }
    }
    tokens.into_iter().collect()
}

/// Never panics; if an item went in, items come out, and what does not expand says why.
fn check(args: &TokenStream, item: &TokenStream) {
    let all: [fn(TokenStream, TokenStream) -> TokenStream; 5] = [
        super::expand,
        super::field,
        super::struct_after_others,
        super::block_after_others,
        super::method,
    ];
    let was_item =
        syn::parse2::<Item>(item.clone()).is_ok_and(|item| !matches!(item, Item::Verbatim(_)));
    for expand in all {
        let output = expand(args.clone(), item.clone());
        if was_item {
            let parsed = syn::parse2::<File>(output.clone());
            assert!(parsed.is_ok(), "{args} / {item}\n{output}");
        }
    }
    if super::expand(args.clone(), item.clone()).to_string() == item.to_string() && was_item {
        panic!("nothing came of {args} / {item}");
    }
}

#[test]
fn generated_items_never_make_it_panic() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..900 {
        let item = match round % 8 {
            0..4 => structure(&mut random),
            4..7 => block(&mut random),
            _ => other(&mut random),
        };
        let args = random.pick(ARGS).parse().unwrap_or_else(|_| quote!());
        let item: TokenStream = item.parse().unwrap();
        check_if_sound(&args, &item);
        let mut disturbed = item;
        for _ in 0..random.next() % 4 {
            disturbed = disturb(disturbed, &mut random);
        }
        for expand in [super::expand, super::field, super::method] {
            drop(expand(args.clone(), disturbed.clone()));
        }
    }
}

/// An impl block without anything to change comes out as it went in.
fn check_if_sound(args: &TokenStream, item: &TokenStream) {
    if !item.to_string().contains("impl") {
        check(args, item);
    } else if syn::parse2::<Item>(item.clone()).is_ok() {
        let output = super::expand(args.clone(), item.clone());
        assert!(
            syn::parse2::<File>(output.clone()).is_ok(),
            "{args} / {item}\n{output}"
        );
    }
}
