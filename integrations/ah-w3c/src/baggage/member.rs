use std::{borrow::Cow, fmt};

use super::percent;

/// One member of a [`Baggage`](crate::Baggage): a key, a value and properties. `Debug` shows the key alone.
///
/// # Examples
///
/// ```
/// let baggage: ah_w3c::Baggage = "user=Am%C3%A9lie;ttl=60;secret".parse()?;
/// let member = baggage.iter().next().expect("one member");
/// assert_eq!((member.key(), &*member.value()), ("user", "Amélie"));
/// assert_eq!(member.properties().count(), 2);
/// # Ok::<(), ah_w3c::BaggageError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    key: &'a str,
    value: &'a str,
    properties: Option<&'a str>,
}

/// One property of a [`Member`], to which the specification gives no meaning. `Debug` shows the key alone.
///
/// # Examples
///
/// ```
/// let baggage: ah_w3c::Baggage = "user=7;ttl=60;secret".parse()?;
/// let member = baggage.iter().next().expect("one member");
/// let properties: Vec<_> = member.properties().map(|property| (property.key(), property.value())).collect();
/// assert_eq!(properties, [("ttl", Some("60".into())), ("secret", None)]);
/// # Ok::<(), ah_w3c::BaggageError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Property<'a> {
    key: &'a str,
    value: Option<&'a str>,
}

impl<'a> Member<'a> {
    /// Takes a member apart that was checked before and has no white space.
    pub(super) fn of(member: &'a str) -> Option<Self> {
        let (pair, properties) = match member.split_once(';') {
            Some((pair, properties)) => (pair, Some(properties)),
            None => (member, None),
        };
        let (key, value) = pair.split_once('=')?;
        Some(Self {
            key,
            value,
            properties,
        })
    }

    /// Returns the key.
    ///
    /// # Examples
    ///
    /// ```
    /// let baggage: ah_w3c::Baggage = "user=7".parse()?;
    /// assert!(baggage.iter().map(|member| member.key()).eq(["user"]));
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    #[must_use]
    pub fn key(self) -> &'a str {
        self.key
    }

    /// Returns the value, decoded. Bytes that are not UTF-8 become U+FFFD.
    ///
    /// # Examples
    ///
    /// ```
    /// let baggage: ah_w3c::Baggage = "user=a%20b".parse()?;
    /// assert!(baggage.iter().map(|member| member.value()).eq(["a b"]));
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    #[must_use]
    pub fn value(self) -> Cow<'a, str> {
        percent::decode(self.value)
    }

    /// Returns the properties, in their order. A key may come more than once.
    ///
    /// # Examples
    ///
    /// ```
    /// let baggage: ah_w3c::Baggage = "user=7;secret".parse()?;
    /// let member = baggage.iter().next().expect("one member");
    /// assert!(member.properties().any(|property| property.key() == "secret"));
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    pub fn properties(self) -> impl Iterator<Item = Property<'a>> {
        let texts = self.properties.into_iter().flat_map(|text| text.split(';'));
        texts.map(Property::of)
    }
}

impl<'a> Property<'a> {
    fn of(property: &'a str) -> Self {
        match property.split_once('=') {
            Some((key, value)) => Self {
                key,
                value: Some(value),
            },
            None => Self {
                key: property,
                value: None,
            },
        }
    }

    /// Returns the key.
    ///
    /// # Examples
    ///
    /// ```
    /// let baggage: ah_w3c::Baggage = "user=7;secret".parse()?;
    /// let mut properties = baggage.iter().flat_map(|member| member.properties());
    /// assert_eq!(properties.next().map(|property| property.key()), Some("secret"));
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    #[must_use]
    pub fn key(self) -> &'a str {
        self.key
    }

    /// Returns the value, decoded, if there is one. Bytes that are not UTF-8 become U+FFFD.
    ///
    /// # Examples
    ///
    /// ```
    /// let baggage: ah_w3c::Baggage = "user=7;ttl=60".parse()?;
    /// let mut properties = baggage.iter().flat_map(|member| member.properties());
    /// let value = properties.next().and_then(|property| property.value());
    /// assert_eq!(value.as_deref(), Some("60"));
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    #[must_use]
    pub fn value(self) -> Option<Cow<'a, str>> {
        self.value.map(percent::decode)
    }
}

impl fmt::Debug for Member<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Property")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
