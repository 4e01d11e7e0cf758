//! The browser's clocks and its dice: the one place of the editor that asks them.

use js_sys::{Date, Promise};
use leptos::prelude::window;
use leptos::wasm_bindgen::JsValue;
use uuid::Uuid;
use wasm_bindgen_futures::JsFuture;

/// Unix time in milliseconds, as the device has it: for words and ids. It may jump.
#[allow(clippy::cast_possible_truncation, reason = "whole milliseconds, far below the limit")]
pub fn wall() -> i64 {
    Date::now() as i64
}

/// Milliseconds since the page was loaded; never goes back: for all waiting.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative; fractions do not matter")]
pub fn monotonic() -> u64 {
    window().performance().map_or(0.0, |performance| performance.now()) as u64
}

/// Waits.
pub async fn sleep(milliseconds: i32) {
    let waited = Promise::new(&mut |resolve, _| {
        // Fails for no callback that is a function.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    let _ = JsFuture::from(waited).await;
}

/// 128 bits that nobody else has.
pub fn random() -> u128 {
    let mut bytes = [0; 16];
    if window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).map(drop)).is_err() {
        for byte in &mut bytes {
            *byte = die();
        }
    }
    u128::from_be_bytes(bytes)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
fn die() -> u8 {
    (js_sys::Math::random() * 256.0) as u8
}

/// A UUID version 7 (RFC 9562, 5.7).
pub fn new_id() -> u128 {
    let (time, random) = (u128::from(wall().unsigned_abs()), random());
    let version = 0x7_u128 << 76;
    let variant = 0b10_u128 << 62;
    let (rand_a, rand_b) = ((random >> 64) & 0xfff, random & ((1 << 62) - 1));
    ((time & 0xffff_ffff_ffff) << 80) | version | (rand_a << 64) | variant | rand_b
}

/// The same, as a key of a save or of a waiting file.
pub fn new_key() -> Uuid {
    Uuid::from_u128(new_id())
}

/// A time as the owner reads it on this device: `14:02`, and with its day when that is not today.
#[allow(clippy::cast_precision_loss, reason = "milliseconds of our age are exact in a double")]
pub fn local(at: i64) -> String {
    let (then, now) = (Date::new(&JsValue::from_f64(at as f64)), Date::new_0());
    let time = format!("{:02}:{:02}", then.get_hours(), then.get_minutes());
    if then.to_date_string() == now.to_date_string() {
        return time;
    }
    format!("{}-{:02}-{:02} {time}", then.get_full_year(), then.get_month() + 1, then.get_date())
}

/// The day on this device: `2026-11-22`.
pub fn today() -> String {
    let now = Date::new_0();
    format!("{}-{:02}-{:02}", now.get_full_year(), now.get_month() + 1, now.get_date())
}
