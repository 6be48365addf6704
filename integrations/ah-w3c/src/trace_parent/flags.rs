use std::fmt;

/// The flags of a [`TraceParent`](crate::TraceParent) that level 2 defines. Others are not kept, since they must be sent as
/// zero.
///
/// # Examples
///
/// ```
/// use ah_w3c::Flags;
///
/// let flags = Flags::SAMPLED.with(Flags::RANDOM);
/// assert!(flags.contains(Flags::SAMPLED));
/// assert_eq!(flags.without(Flags::SAMPLED), Flags::RANDOM);
/// assert_eq!(flags.to_byte(), 0b11);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u8);

impl Flags {
    /// The caller may have recorded the operation.
    pub const SAMPLED: Self = Self(1);
    /// At least the last 7 bytes of the trace id are random. It stays as it is for the whole trace.
    pub const RANDOM: Self = Self(1 << 1);

    /// Takes the defined flags out of a byte.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(ah_w3c::Flags::from_byte(0xff).to_byte(), 0b11);
    /// ```
    #[inline]
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self(byte & (Self::SAMPLED.0 | Self::RANDOM.0))
    }

    /// Returns the byte that is sent.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(ah_w3c::Flags::SAMPLED.to_byte(), 1);
    /// ```
    #[inline]
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        self.0
    }

    /// Returns `true` if all flags of `other` are set.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::Flags;
    ///
    /// assert!(!Flags::SAMPLED.contains(Flags::RANDOM));
    /// ```
    #[inline]
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns these flags and those of `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::Flags;
    ///
    /// assert!(Flags::default().with(Flags::SAMPLED).contains(Flags::SAMPLED));
    /// ```
    #[inline]
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns these flags but those of `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::Flags;
    ///
    /// assert_eq!(Flags::SAMPLED.without(Flags::SAMPLED), Flags::default());
    /// ```
    #[inline]
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flags")
            .field("sampled", &self.contains(Self::SAMPLED))
            .field("random", &self.contains(Self::RANDOM))
            .finish()
    }
}
