//! What the official tests of W3C Baggage ask for, with their vectors, and the examples of the specification.

use ah_w3c::Baggage;

/// Each member as its key, its value, and its properties.
type Members = Vec<(String, String, Vec<(String, Option<String>)>)>;

fn members(field: &str) -> Members {
    let baggage: Baggage = field.parse().expect("it is in order");
    let again: Baggage = baggage.as_str().parse().expect("so is what is sent on");
    assert_eq!(again, baggage);
    let property = |property: ah_w3c::Property<'_>| {
        let value = property.value().map(|value| value.into_owned());
        (property.key().to_owned(), value)
    };
    let member = |member: ah_w3c::Member<'_>| {
        let properties = member.properties().map(property).collect();
        let value = member.value().into_owned();
        (member.key().to_owned(), value, properties)
    };
    baggage.iter().map(member).collect()
}

/// A key, a value, and properties with or without a value.
type Expected<'a> = (&'a str, &'a str, &'a [(&'a str, Option<&'a str>)]);

fn expected(members: &[Expected<'_>]) -> Members {
    let property = |(key, value): &(&str, Option<&str>)| {
        let value = value.map(str::to_owned);
        ((*key).to_owned(), value)
    };
    let members = members.iter().map(|(key, value, properties)| {
        let properties = properties.iter().map(property).collect();
        ((*key).to_owned(), (*value).to_owned(), properties)
    });
    members.collect()
}

#[test]
fn nothing_is_empty() {
    for field in ["", " ", ",", " ,\t,"] {
        assert_eq!(field.parse(), Ok(Baggage::default()), "{field:?}");
    }
}

#[test]
fn one_member_and_several() {
    let one = [("SomeKey", "SomeValue", &[][..])];
    assert_eq!(members("SomeKey=SomeValue"), expected(&one));
    let two = expected(&[
        ("SomeKey", "SomeValue", &[("SomeProp", None)]),
        ("SomeKey2", "SomeValue2", &[("ValueProp", Some("PropVal"))]),
    ]);
    let field = "SomeKey=SomeValue;SomeProp,SomeKey2=SomeValue2;ValueProp=PropVal";
    assert_eq!(members(field), two);
}

#[test]
fn white_space_around_separators_is_part_of_nothing() {
    let spaced = "SomeKey \t = \t SomeValue \t ; \t SomeProp \t , \t SomeKey2 \t = \t SomeValue2 \t ; \t ValueProp \t = \t PropVal";
    let field = "SomeKey=SomeValue;SomeProp,SomeKey2=SomeValue2;ValueProp=PropVal";
    assert_eq!(members(spaced), members(field));
    let baggage: Baggage = spaced.parse().expect("it is in order");
    assert_eq!(baggage.as_str(), field, "it is sent on without");
    assert_eq!(
        members("SomeKey \t = \t SomeValue \t "),
        expected(&[("SomeKey", "SomeValue", &[])])
    );
}

#[test]
fn a_value_may_have_equals_signs() {
    let equals = [("SomeKey", "SomeValue=equals", &[][..])];
    assert_eq!(members("SomeKey=SomeValue=equals"), expected(&equals));
}

#[test]
fn values_are_percent_encoded() {
    let value = "\t \"';=asdf!@#$%^&*()";
    let encoded = "%09%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29";
    let decoded = expected(&[("SomeKey", value, &[])]);
    assert_eq!(members(&format!("SomeKey={encoded}")), decoded);
    assert_eq!(members(&format!("SomeKey \t = \t {encoded} \t ")), decoded);
    let written = Baggage::default()
        .with("SomeKey", value)
        .expect("any text is a value");
    assert_eq!(
        written.as_str(),
        "SomeKey=%09%20%22'%3B=asdf!@#$%25^&*()",
        "what may stand as it is does"
    );
    assert_eq!(members(written.as_str()), decoded);
}

#[test]
fn properties_have_a_value_or_none_and_may_be_repeated() {
    let repeated = expected(&[(
        "SomeKey",
        "SomeValue",
        &[
            ("SomeProp", None),
            ("SomeProp", Some("PropValue")),
            ("SomeProp", Some("AnotherPropValue")),
        ],
    )]);
    let field = "SomeKey=SomeValue;SomeProp;SomeProp=PropValue;SomeProp=AnotherPropValue";
    assert_eq!(members(field), repeated);
    let encoded =
        "SomeKey=SomeValue;SomePropKey=%09%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29";
    let value = Some("\t \"';=asdf!@#$%^&*()");
    assert_eq!(
        members(encoded),
        expected(&[("SomeKey", "SomeValue", &[("SomePropKey", value)])])
    );
}

#[test]
fn the_key_of_a_property_is_not_decoded() {
    let key = "ValueProp%20%09%20%3D%20%09%20PropVal";
    assert_eq!(
        members(&format!("SomeKey=SomeValue;{key}")),
        expected(&[("SomeKey", "SomeValue", &[(key, None)])])
    );
}

#[test]
fn so_many_members_and_bytes_are_always_sent_on() {
    let many: Vec<_> = (0..64).map(|n| format!("key{n}=value")).collect();
    assert_eq!(members(&many.join(",")).len(), 64);
    let long = format!("a={}", "0123456789".repeat(819));
    assert_eq!(long.len(), 8192);
    assert_eq!(members(&long).len(), 1);
}

#[test]
fn the_examples_of_the_specification_are_read() {
    let field =
        "key1=value1;property1;property2, key2 = value2, key3=value3; propertyKey=propertyValue";
    let three = expected(&[
        (
            "key1",
            "value1",
            &[("property1", None), ("property2", None)],
        ),
        ("key2", "value2", &[]),
        ("key3", "value3", &[("propertyKey", Some("propertyValue"))]),
    ]);
    assert_eq!(members(field), three);
    let user = expected(&[
        ("userId", "Amélie", &[]),
        ("serverNode", "DF 28", &[]),
        ("isProduction", "false", &[]),
    ]);
    let field = "userId=Am%C3%A9lie,serverNode=DF%2028,isProduction=false";
    assert_eq!(members(field), user);
    let fields = [
        "userId =   alice",
        "serverNode = DF%2028, isProduction = false",
    ];
    let split = Baggage::read(fields.map(str::as_bytes)).expect("it is in order");
    assert_eq!(
        split.as_str(),
        "userId=alice,serverNode=DF%2028,isProduction=false"
    );
}
