/// What a check of a whole store found.
public struct VerifyReport: Hashable, Sendable {
    /// What must hold in every store.
    public enum Invariant: String, Hashable, Sendable, CaseIterable {
        /// The file is sound: pages, trees and indexes agree.
        case file = "FILE"
        /// What was acknowledged is stored: an event has its message, a message its event, a delivery its event.
        case acknowledgedIsStored = "I1"
        /// One current state each: versions 1 … n without gaps, and the case in force is the last of them.
        case oneCurrentState = "I2"
        /// An id is never used twice.
        case uniqueIDs = "I3"
        /// Delivered means that the receiver said so, or a named person.
        case verifiedOutcome = "I5"
        /// Nothing is sent without a recorded attempt.
        case recordedAttempts = "I6"
        /// The events of a case reach a hub in their order.
        case orderPerCase = "I7"
        /// What is settled says when, and nothing else does.
        case finalStates = "I8"
        /// Per region and day: what was accepted is the sum over all states.
        case sums = "I9"
        /// No hub was told more of a case than there is.
        case ledgers = "LEDGER"
        /// Identities, keys, lanes and sums of days follow from the rows of the ledgers.
        case ledgerIndex = "INDEX"
        /// A break stands where its last step led.
        case breaks = "BREAK"
        /// A receipt speaks of the message, case, version and bytes that it is stored with.
        case receipts = "RECEIPT"
    }

    /// One contradiction.
    public struct Finding: Hashable, Sendable {
        /// What does not hold.
        public let invariant: Invariant
        /// Where: a case id with version, a message, a delivery, a region and day.
        public let subject: String
        /// What is wrong, for people; without personal data.
        public let sentence: String
    }

    /// What was found, in the order of the invariants; empty for a sound store.
    public internal(set) var findings: [Finding] = []
    /// Whether there were more findings of one invariant than ``findingLimit``.
    public internal(set) var isCutShort = false
    /// Messages looked at.
    public internal(set) var messages = 0
    /// Events looked at.
    public internal(set) var events = 0
    /// Cases looked at.
    public internal(set) var cases = 0
    /// Deliveries looked at.
    public internal(set) var deliveries = 0
    /// Attempts looked at.
    public internal(set) var attempts = 0

    /// Findings that are reported of each check; more are only noted in ``isCutShort``.
    public static let findingLimit = 1_000

    /// Whether nothing was found.
    public var isSound: Bool { findings.isEmpty }
}
