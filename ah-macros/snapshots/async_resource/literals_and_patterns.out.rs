impl Point {
    fn all(base: Self) -> Vec<Self> {
        let Self { x, y, .. } = base;
        vec![
            Self { x, y,
            resource_made_in_annotated_impls_and_by_derives_below_the_attribute :
            ::async_hooks::__private::ResourceOf::new() }, Point { x : 1, ..base },
            make(| x | Self { x, y,
            resource_made_in_annotated_impls_and_by_derives_below_the_attribute :
            ::async_hooks::__private::ResourceOf::new() })
        ]
    }
    #[allow(clippy::unneeded_wildcard_pattern)]
    fn tuple(Self(a, b, ..): Self) -> Option<Self> {
        matches!(a, Self(1, _, ..))
            .then(|| Self(a, b, ::async_hooks::__private::ResourceOf::new()))
            .or(None.map(Self::__ah_value()))
    }
}
