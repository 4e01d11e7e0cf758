//! What can be done in the editor besides typing: each with its name and, for what is done often, its keys.

use std::rc::Rc;

use leptos::prelude::window;
use web_sys::KeyboardEvent;

use super::page::EditorPage;

/// One thing to do. The palette lists it, its keys do it.
#[derive(Clone)]
pub struct Action {
    /// What it is called, as a command.
    pub name: &'static str,
    /// Other words by which it is looked for.
    pub also: &'static str,
    /// What it makes in the text, as a hint.
    pub sign: &'static str,
    /// The keys that do it.
    pub keys: Option<Keys>,
    /// Where these work.
    pub place: Place,
    /// Whether it puts something at the cursor, and so stands in the menu that `/` opens.
    pub begins: bool,
    run: Rc<dyn Fn(&EditorPage)>,
}

/// Where keys work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Anywhere on the page.
    #[default]
    Page,
    /// Only while one writes in the text.
    Text,
}

impl Action {
    /// Something to do, without keys, anywhere on the page.
    pub fn new(name: &'static str, run: impl Fn(&EditorPage) + 'static) -> Self {
        Self { name, also: "", sign: "", keys: None, place: Place::Page, begins: false, run: Rc::new(run) }
    }

    /// Further words by which it is found.
    #[must_use]
    pub fn also(self, also: &'static str) -> Self {
        Self { also, ..self }
    }

    /// What it makes in the text.
    #[must_use]
    pub fn sign(self, sign: &'static str) -> Self {
        Self { sign, ..self }
    }

    /// Its keys. Never those that a browser or a screen reader needs: see `docs/decisions.md`.
    #[must_use]
    pub fn keys(self, keys: Keys) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// Its keys work in the text only.
    #[must_use]
    pub fn in_text(self) -> Self {
        Self { place: Place::Text, ..self }
    }

    /// It stands in the menu that `/` opens as well.
    #[must_use]
    pub fn in_menu(self) -> Self {
        Self { begins: true, ..self }
    }

    /// Does it.
    pub fn run(&self, page: &EditorPage) {
        (self.run)(page);
    }
}

/// Keys that are pressed together, such as `Mod+Shift+8`. `Mod` is ⌘ on Apple's keyboards and Ctrl on all others. What
/// comes last is a letter, a digit, `.` or a name as [`KeyboardEvent::key`] has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    most: &'static str,
    apple: &'static str,
}

/// Whose keyboard it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Mac, iPad, iPhone.
    Apple,
    /// All others.
    Other,
}

impl Platform {
    /// This device's.
    pub fn here() -> Self {
        let platform = window().navigator().platform().unwrap_or_default();
        if ["Mac", "iPhone", "iPad"].iter().any(|apple| platform.starts_with(apple)) {
            Self::Apple
        } else {
            Self::Other
        }
    }
}

/// What was pressed.
#[derive(Clone, Debug, Default)]
pub struct Pressed {
    key: String,
    code: String,
    ctrl: bool,
    alt: bool,
    shift: bool,
    meta: bool,
    alt_graph: bool,
}

impl From<&KeyboardEvent> for Pressed {
    fn from(event: &KeyboardEvent) -> Self {
        Self {
            key: event.key(),
            code: event.code(),
            ctrl: event.ctrl_key(),
            alt: event.alt_key(),
            shift: event.shift_key(),
            meta: event.meta_key(),
            alt_graph: event.get_modifier_state("AltGraph"),
        }
    }
}

impl Keys {
    /// The same everywhere.
    pub const fn new(keys: &'static str) -> Self {
        Self { most: keys, apple: keys }
    }

    /// Others on Apple's keyboards.
    pub const fn or_apple(self, keys: &'static str) -> Self {
        Self { apple: keys, ..self }
    }

    fn on(self, platform: Platform) -> (Vec<&'static str>, &'static str) {
        let keys = if platform == Platform::Apple { self.apple } else { self.most };
        let mut parts: Vec<_> = keys.split('+').collect();
        let key = parts.pop().unwrap_or_default();
        (parts, key)
    }

    /// Whether these were pressed, and no others with them.
    pub fn are(self, pressed: &Pressed, platform: Platform) -> bool {
        let (with, key) = self.on(platform);
        let apple = platform == Platform::Apple;
        let has = |name: &str| with.contains(&name);
        let wanted = (has("Ctrl") || has("Mod") && !apple, has("Alt"), has("Shift"), has("Mod") && apple);
        let held = (pressed.ctrl, pressed.alt, pressed.shift, pressed.meta);
        wanted == held && !pressed.alt_graph && is_key(key, pressed)
    }

    /// As they stand beside a command: `Ctrl+Shift+8`, `⇧⌘8`.
    pub fn words(self, platform: Platform) -> String {
        let (with, key) = self.on(platform);
        let key = match key {
            "ArrowUp" => "↑",
            "ArrowDown" => "↓",
            "Enter" if platform == Platform::Apple => "↩",
            key => key,
        };
        if platform == Platform::Other {
            let names = with.iter().map(|name| if *name == "Mod" { "Ctrl" } else { name });
            return names.chain([key]).collect::<Vec<_>>().join("+");
        }
        let signs = [("Ctrl", "⌃"), ("Alt", "⌥"), ("Shift", "⇧"), ("Mod", "⌘")];
        let held = signs.iter().filter(|(name, _)| with.contains(name)).map(|(_, sign)| *sign);
        held.chain([key]).collect()
    }

    /// As `aria-keyshortcuts` has them.
    pub fn aria(self, platform: Platform) -> String {
        let (with, key) = self.on(platform);
        let name = |name: &&'static str| match (*name, platform) {
            ("Mod", Platform::Apple) => "Meta",
            ("Mod" | "Ctrl", _) => "Control",
            (name, _) => name,
        };
        with.iter().map(name).chain([key]).collect::<Vec<_>>().join("+")
    }
}

/// Letters by what they type, so that they are where the keyboard's owner has them; on keyboards without Latin letters,
/// and for all that Shift changes, by their place.
fn is_key(key: &str, pressed: &Pressed) -> bool {
    let mut chars = key.chars();
    match (chars.next(), chars.next()) {
        (Some(letter), None) if letter.is_ascii_alphabetic() => {
            let types_it = pressed.key.eq_ignore_ascii_case(key);
            types_it || !pressed.key.is_ascii() && pressed.code.strip_prefix("Key") == Some(key)
        }
        (Some(digit), None) if digit.is_ascii_digit() => pressed.code.strip_prefix("Digit") == Some(key),
        (Some('.'), None) => pressed.code == "Period",
        _ => pressed.key == key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(held: &str, key: &str, code: &str) -> Pressed {
        let has = |c: char| held.contains(c);
        let (ctrl, alt, shift, meta) = (has('c'), has('a'), has('s'), has('m'));
        Pressed { key: key.into(), code: code.into(), ctrl, alt, shift, meta, alt_graph: has('g') }
    }

    #[test]
    fn keys_are_known_on_every_keyboard() {
        let (bold, list) = (Keys::new("Mod+B"), Keys::new("Mod+Shift+8"));
        let up = Keys::new("Alt+ArrowUp").or_apple("Ctrl+Mod+ArrowUp");
        for (keys, pressed, platform, expected) in [
            (bold, pressed("c", "b", "KeyB"), Platform::Other, true),
            (bold, pressed("m", "b", "KeyB"), Platform::Apple, true),
            (bold, pressed("c", "b", "KeyB"), Platform::Apple, false),
            (bold, pressed("cs", "B", "KeyB"), Platform::Other, false),
            // Where Dvorak has its B, and Cyrillic none.
            (bold, pressed("c", "b", "KeyN"), Platform::Other, true),
            (bold, pressed("c", "x", "KeyB"), Platform::Other, false),
            (bold, pressed("c", "и", "KeyB"), Platform::Other, true),
            (list, pressed("cs", "*", "Digit8"), Platform::Other, true),
            // AltGr is Ctrl and Alt on Windows, and types.
            (Keys::new("Mod+Alt+2"), pressed("cag", "²", "Digit2"), Platform::Other, false),
            (up, pressed("a", "ArrowUp", "ArrowUp"), Platform::Other, true),
            (up, pressed("a", "ArrowUp", "ArrowUp"), Platform::Apple, false),
            (up, pressed("cm", "ArrowUp", "ArrowUp"), Platform::Apple, true),
        ] {
            assert_eq!(keys.are(&pressed, platform), expected, "{keys:?} {pressed:?} {platform:?}");
        }
    }

    #[test]
    fn keys_are_written_as_the_platform_has_them() {
        let list = Keys::new("Mod+Shift+8");
        assert_eq!((list.words(Platform::Other), list.words(Platform::Apple)), ("Ctrl+Shift+8".into(), "⇧⌘8".into()));
        assert_eq!(list.aria(Platform::Apple), "Meta+Shift+8");
        let up = Keys::new("Alt+ArrowUp").or_apple("Ctrl+Mod+ArrowUp");
        assert_eq!((up.words(Platform::Other), up.words(Platform::Apple)), ("Alt+↑".into(), "⌃⌘↑".into()));
        assert_eq!(up.aria(Platform::Other), "Alt+ArrowUp");
    }
}
