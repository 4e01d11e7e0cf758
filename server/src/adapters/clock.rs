//! The system's clock and its secure source of randomness.

use domain::ports::Clock;
use jiff::Timestamp;
use rand::TryRngCore as _;

/// What the operating system says.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    fn id(&self) -> u128 {
        uuid::Uuid::now_v7().as_u128()
    }

    fn secret(&self) -> [u8; 32] {
        let mut bits = [0; 32];
        rand::rngs::OsRng.try_fill_bytes(&mut bits).expect("without randomness no secret may be made");
        bits
    }
}
