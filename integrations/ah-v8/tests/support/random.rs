//! Random values of every kind, with objects that are shared and objects within themselves.

use ah_v8::{
    Array, ArrayBuffer, BigInt, Date, JsError, JsErrorKind, JsString, Label, Map, Object,
    Primitive, RegExp, Set, SparseArray, Value, View, ViewKind,
};

/// Splitmix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub(crate) fn one_in(&mut self, limit: usize) -> bool {
        self.below(limit) == 0
    }

    fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

pub(crate) fn random_value(random: &mut Random) -> Value {
    let mut maker = Maker {
        random,
        done: Vec::new(),
        open: Vec::new(),
        buffers: Vec::new(),
        left: 40,
    };
    maker.value(0)
}

struct Maker<'a> {
    random: &'a mut Random,
    /// The labels of objects that are complete, and of those around the present place.
    done: Vec<Label>,
    open: Vec<Label>,
    /// Buffers with a label, their lengths, and whether they are resizable.
    buffers: Vec<(Label, u32, bool)>,
    left: usize,
}

impl Maker<'_> {
    fn value(&mut self, depth: usize) -> Value {
        self.left = self.left.saturating_sub(1);
        if depth < 5 && self.left > 0 && !self.random.one_in(3) {
            return self.object(depth);
        }
        if self.random.one_in(6) {
            let known: Vec<_> = self.done.iter().chain(&self.open).copied().collect();
            if !known.is_empty() {
                return Value::Same(self.random.pick(&known));
            }
        }
        self.primitive()
    }

    fn primitive(&mut self) -> Value {
        match self.random.below(8) {
            0 => Value::Undefined,
            1 => Value::Null,
            2 => Value::Bool(self.random.one_in(2)),
            3 => Value::Number(self.number()),
            4 => Value::Number(f64::from(self.random.next() as i32)),
            5 => self.big_int().into(),
            _ => self.string().into(),
        }
    }

    fn number(&mut self) -> f64 {
        let special = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.1,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            1073741823.0,
            1073741824.0,
            -1073741825.0,
            2147483647.0,
            2147483648.0,
            -2147483648.0,
            -2147483649.0,
            4294967295.0,
            9007199254740991.0,
            5e-324,
            f64::MAX,
        ];
        if self.random.one_in(2) {
            return self.random.pick(&special);
        }
        let number = f64::from_bits(self.random.next());
        if number.is_nan() { 1.5 } else { number }
    }

    fn big_int(&mut self) -> BigInt {
        let length = self.random.below(20);
        let bytes: Vec<u8> = (0..length).map(|_| self.random.next() as u8).collect();
        BigInt::from_le_bytes(self.random.one_in(2), &bytes)
    }

    fn string(&mut self) -> JsString {
        let largest = self.random.pick(&[0x7F, 0xFF, 0x2FFF, 0xFFFF]);
        let length = if self.random.one_in(20) {
            200
        } else {
            self.random.below(8)
        };
        let units = (0..length).map(|_| self.random.below(largest + 1) as u16);
        JsString::from_utf16(units.collect())
    }

    fn object(&mut self, depth: usize) -> Value {
        if self.random.one_in(5) {
            return self.bytes();
        }
        let label = self.random.one_in(3).then(Label::new);
        self.open.extend(label);
        let object = self.plain_object(depth + 1);
        let Some(label) = label else { return object };
        self.open.retain(|open| *open != label);
        self.done.push(label);
        Value::Shared(label, Box::new(object))
    }

    fn plain_object(&mut self, depth: usize) -> Value {
        match self.random.below(10) {
            0 => Date::from_millis((self.random.next() as i64 >> 16) as f64 * 50.0).into(),
            1 => self.reg_exp().into(),
            2 => self.boxed().into(),
            3 => self.array(depth).into(),
            4 => self.sparse_array(depth).into(),
            5 => Value::Map(self.map(depth)),
            6 => Value::Set(self.set(depth)),
            7 => self.js_error(depth).into(),
            _ => self.properties(depth, u32::MAX).into(),
        }
    }

    fn reg_exp(&mut self) -> RegExp {
        let source = self
            .random
            .pick(&["a+b", "é|ü", "[€]\\/", "(?<year>\\d{4})", "(?:)"]);
        let flags = self.random.pick(&["", "g", "gi", "dgimsuy", "v", "m"]);
        RegExp::new(source, flags).expect("flags")
    }

    fn boxed(&mut self) -> Primitive {
        match self.random.below(4) {
            0 => Primitive::Bool(self.random.one_in(2)),
            1 => Primitive::Number(self.number()),
            2 => Primitive::BigInt(self.big_int()),
            _ => Primitive::String(self.string()),
        }
    }

    fn some(&mut self, depth: usize) -> Vec<Value> {
        let length = self.random.below(5);
        (0..length).map(|_| self.value(depth)).collect()
    }

    fn array(&mut self, depth: usize) -> Array {
        let mut array = if self.random.one_in(3) {
            let length = self.random.below(4);
            (0..length).map(|_| self.number()).collect()
        } else {
            Array::from(self.some(depth))
        };
        if self.random.one_in(4) {
            array.properties = self.properties(depth, 0);
        }
        array
    }

    fn sparse_array(&mut self, depth: usize) -> SparseArray {
        let mut array = SparseArray::new(self.random.below(30) as u32 + 1);
        array.properties = self.properties(depth, array.length);
        // V8 takes an array without holes for one that has none
        let is_full = (0..array.length).all(|index| array.get(index).is_some());
        array.length += u32::from(is_full);
        array
    }

    /// Indices below a limit come first, as in JavaScript. Engines keep a property for numbers apart once it had one that
    /// is no small integer: so those have names of their own.
    fn properties(&mut self, depth: usize, indices_below: u32) -> Object {
        let mut indices: Vec<u32> = Vec::new();
        if indices_below > 0 && self.random.one_in(2) {
            let index = |this: &mut Self| match this.random.below(3) {
                0 => this.random.below(4) as u32,
                1 => this.random.below(40) as u32,
                _ => this.random.next() as u32,
            };
            indices = (0..self.random.below(4)).map(|_| index(self)).collect();
            indices.retain(|index| *index < indices_below);
            indices.sort_unstable();
            indices.dedup();
        }
        let mut object = Object::new();
        for index in indices {
            object.insert(index.to_string(), self.value(depth));
        }
        for _ in 0..self.random.below(4) {
            let value = self.value(depth);
            let is_double = value
                .as_number()
                .is_some_and(|number| f64::from(number as i32).to_bits() != number.to_bits());
            // a name that was there would take the place of what may be referred to
            let name = match self.name() {
                _ if is_double => format!("d{}", object.len()),
                name if object.get(&name).is_none() => name,
                _ => format!("k{}", object.len()),
            };
            object.insert(name, value);
        }
        object
    }

    fn name(&mut self) -> String {
        let known = [
            "a",
            "b",
            "name",
            "__proto__",
            "constructor",
            "-1",
            "1.5",
            "01",
            "4294967295",
            "€",
            "é",
            "",
        ];
        self.random.pick(&known).to_owned()
    }

    fn map(&mut self, depth: usize) -> Map {
        let length = self.random.below(4);
        let entries = (0..length).map(|index| (self.unique(index, depth), self.value(depth)));
        entries.collect()
    }

    fn set(&mut self, depth: usize) -> Set {
        let length = self.random.below(4);
        (0..length).map(|index| self.unique(index, depth)).collect()
    }

    /// A key that no other of the same map is.
    fn unique(&mut self, index: usize, depth: usize) -> Value {
        if self.left > 0 && depth < 5 && self.random.one_in(2) {
            return self.object(depth);
        }
        Value::from(format!("{index}"))
    }

    fn js_error(&mut self, depth: usize) -> JsError {
        use JsErrorKind::{
            Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, UriError,
        };
        let kind = self.random.pick(&[
            Error,
            EvalError,
            RangeError,
            ReferenceError,
            SyntaxError,
            TypeError,
            UriError,
        ]);
        let mut error = JsError::new(kind, self.string());
        if self.random.one_in(4) {
            error.message = None;
        }
        error.stack = (!self.random.one_in(4)).then(|| self.string());
        if self.random.one_in(3) {
            // older engines know an error only once its cause is read
            let open = std::mem::take(&mut self.open);
            error.cause = Some(self.value(depth));
            self.open = open;
        }
        error
    }

    fn bytes(&mut self) -> Value {
        if self.random.one_in(3) {
            let (buffer, ..) = self.buffer();
            return buffer;
        }
        let (buffer, length, is_resizable) = match self.buffers.last() {
            Some((label, length, is_resizable)) if self.random.one_in(2) => {
                (Value::Same(*label), *length, *is_resizable)
            }
            _ => self.buffer(),
        };
        let kind = self.view_kind();
        let size = kind.bytes_per_element();
        let offset = self.random.below((length / size) as usize + 1) as u32;
        let elements = self.random.below((length / size - offset) as usize + 1) as u32;
        // older engines let no view track a buffer of more than whole elements
        let tracks_length = is_resizable && length % size == 0 && self.random.one_in(2);
        let elements = if tracks_length {
            length / size - offset
        } else {
            elements
        };
        let view = View::of(kind, buffer, offset * size, elements * size).expect("a part of it");
        let view = if tracks_length {
            view.tracking_length()
        } else {
            view
        };
        let label = self.random.one_in(4).then(Label::new);
        self.done.extend(label);
        match label {
            Some(label) => Value::Shared(label, Box::new(view.into())),
            None => view.into(),
        }
    }

    fn buffer(&mut self) -> (Value, u32, bool) {
        let length = self.random.below(40);
        let bytes: Vec<u8> = (0..length).map(|_| self.random.next() as u8).collect();
        let length = length as u32;
        let is_resizable = self.random.one_in(3);
        let buffer = if is_resizable {
            ArrayBuffer::resizable(bytes, length + 8).expect("longer")
        } else {
            ArrayBuffer::new(bytes)
        };
        if self.random.one_in(2) {
            let label = Label::new();
            self.done.push(label);
            self.buffers.push((label, length, is_resizable));
            let buffer = Value::Shared(label, Box::new(buffer.into()));
            return (buffer, length, is_resizable);
        }
        (buffer.into(), length, is_resizable)
    }

    fn view_kind(&mut self) -> ViewKind {
        use ViewKind::*;
        self.random.pick(&[
            Int8Array,
            Uint8Array,
            Uint8ClampedArray,
            Int16Array,
            Uint16Array,
            Int32Array,
            Uint32Array,
            Float32Array,
            Float64Array,
            BigInt64Array,
            BigUint64Array,
            DataView,
            Buffer,
        ])
    }
}
