use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

use super::{BaggageError, Member, Reason, grammar, percent};
use crate::ascii::SPACES;

/// What a `baggage` says: values of the application, for every service that is called.
///
/// It is kept as it is sent on: in one field, without empty members and white space. Values are decoded when they are looked
/// at. Clones share the text. `Debug` shows the keys alone, since values may be secret; whoever is called sees them.
///
/// # Limits
///
/// At most 64 members and 8192 bytes, which the specification asks everybody to send on.
///
/// # Examples
///
/// ```
/// use ah_w3c::Baggage;
///
/// let baggage: Baggage = "tenant=7, user=Am%C3%A9lie;ttl=60".parse()?;
/// assert_eq!(baggage.get("user").as_deref(), Some("Amélie"));
///
/// let baggage = baggage.with("node", "DF 28")?;
/// assert_eq!(baggage.as_str(), "tenant=7,user=Am%C3%A9lie;ttl=60,node=DF%2028");
/// # Ok::<(), ah_w3c::BaggageError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Baggage(Option<Arc<str>>);

impl Baggage {
    /// The name of the header.
    pub const HEADER: &'static str = "baggage";

    /// Reads the values of a header's fields, in their order.
    ///
    /// # Errors
    ///
    /// If any member is not what the specification allows, or all are more or longer than everybody sends on: then none is
    /// used.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::Baggage;
    ///
    /// let baggage = Baggage::read(["tenant = 7 ", "user=a%20b ; ttl = 60"].map(str::as_bytes))?;
    /// assert_eq!(baggage.as_str(), "tenant=7,user=a%20b;ttl=60");
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    pub fn read<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, BaggageError> {
        let mut text = Text::default();
        for field in fields {
            text.read(field)?;
        }
        Ok(text.into_baggage())
    }

    /// Returns these members with one more at the end, in place of older ones of the same key. The value may be any text.
    ///
    /// # Errors
    ///
    /// If the key is not a token, or all are more or longer than everybody sends on.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::Baggage;
    ///
    /// let baggage = Baggage::default().with("user", "Amélie, 7 %")?;
    /// assert_eq!(baggage.as_str(), "user=Am%C3%A9lie%2C%207%20%25");
    /// assert!(baggage.with("no token", "1").is_err());
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    pub fn with(&self, key: &str, value: &str) -> Result<Self, BaggageError> {
        let mut text = Text::default();
        self.members_without(key)
            .for_each(|member| text.push(member));
        let number = text.members + 1;
        grammar::check_key(key).map_err(|reason| reason.of_member(number))?;
        let mut member = [key, "="].concat();
        percent::encode(value, &mut member);
        text.push(&member);
        text.check_limits()?;
        Ok(text.into_baggage())
    }

    /// Returns these members without those of a key.
    ///
    /// # Examples
    ///
    /// ```
    /// let baggage: ah_w3c::Baggage = "tenant=7,user=8".parse()?;
    /// assert_eq!(baggage.without("tenant").as_str(), "user=8");
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        let mut text = Text::default();
        self.members_without(key)
            .for_each(|member| text.push(member));
        text.into_baggage()
    }

    /// Returns the value of a key, decoded: that of its last member, if there are several.
    ///
    /// # Examples
    ///
    /// ```
    /// let baggage: ah_w3c::Baggage = "user=a%20b".parse()?;
    /// assert_eq!(baggage.get("user").as_deref(), Some("a b"));
    /// assert_eq!(baggage.get("tenant"), None);
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Cow<'_, str>> {
        let found = self.iter().rfind(|member| member.key() == key);
        found.map(Member::value)
    }

    /// Returns the members in their order. A key may come more than once.
    ///
    /// # Examples
    ///
    /// ```
    /// let baggage: ah_w3c::Baggage = "tenant=7,user=8".parse()?;
    /// assert!(baggage.iter().map(|member| member.key()).eq(["tenant", "user"]));
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Member<'_>> {
        self.as_str().split(',').filter_map(Member::of)
    }

    /// Returns the value of the header; empty if there is none to send.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(ah_w3c::Baggage::default().as_str(), "");
    /// ```
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// Returns `true` if there is no member.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(ah_w3c::Baggage::default().is_empty());
    /// ```
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn members_without(&self, key: &str) -> impl Iterator<Item = &str> {
        self.as_str()
            .split(',')
            .filter(move |text| Member::of(text).is_some_and(|member| member.key() != key))
    }
}

/// Members that are being put together, as they are sent.
#[derive(Default)]
struct Text<'a> {
    text: Cow<'a, str>,
    members: usize,
}

impl<'a> Text<'a> {
    /// Reads a further field.
    fn read(&mut self, field: &'a [u8]) -> Result<(), BaggageError> {
        let field =
            std::str::from_utf8(field).map_err(|_| Reason::NotAscii.of_member(self.members + 1))?;
        if self.members == 0 && is_as_sent(field) {
            return self.read_whole(field);
        }
        let members = field.split(',').map(|member| member.trim_matches(SPACES));
        for member in members.filter(|member| !member.is_empty()) {
            self.check(member)?;
            self.push(member);
            self.check_limits()?;
        }
        Ok(())
    }

    /// Reads the first field, which may be kept as it came.
    fn read_whole(&mut self, field: &'a str) -> Result<(), BaggageError> {
        self.text = Cow::Borrowed(field);
        for member in field.split(',') {
            self.check(member)?;
            self.members += 1;
            self.check_limits()?;
        }
        Ok(())
    }

    fn check(&self, member: &str) -> Result<(), BaggageError> {
        let number = self.members + 1;
        grammar::check_member(member).map_err(|reason| reason.of_member(number))
    }

    /// Adds a member that was checked, without white space.
    fn push(&mut self, member: &str) {
        let text = self.text.to_mut();
        if self.members > 0 {
            text.push(',');
        }
        member.split(SPACES).for_each(|part| text.push_str(part));
        self.members += 1;
    }

    fn check_limits(&self) -> Result<(), BaggageError> {
        if self.members > grammar::MOST {
            Err(Reason::TooMany.of_member(self.members))
        } else if self.text.len() > grammar::MOST_BYTES {
            Err(Reason::TooLong.of_member(self.members))
        } else {
            Ok(())
        }
    }

    fn into_baggage(self) -> Baggage {
        Baggage((self.members > 0).then(|| self.text.into()))
    }
}

/// Returns `true` if there is no white space, and something between commas.
fn is_as_sent(field: &str) -> bool {
    !field.contains(SPACES) && !field.split(',').any(str::is_empty)
}

impl FromStr for Baggage {
    type Err = BaggageError;

    fn from_str(value: &str) -> Result<Self, BaggageError> {
        Self::read([value.as_bytes()])
    }
}

impl fmt::Debug for Baggage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.iter().map(Member::key);
        f.debug_list().entries(keys).finish()
    }
}
