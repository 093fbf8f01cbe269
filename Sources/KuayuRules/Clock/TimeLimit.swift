/// 时限: how long something may take.
public struct TimeLimit: Hashable, Sendable {
    /// What is counted.
    public enum Unit: String, Hashable, Sendable, CaseIterable {
        /// Working days of the Chinese calendar, the first day excluded.
        case workday
        /// Calendar days, the first day excluded.
        case day
        /// Elapsed hours.
        case hour
    }

    /// How many, from 0.
    public var amount: Int
    /// Of what.
    public var unit: Unit

    /// A limit.
    public init(_ amount: Int, _ unit: Unit) {
        self.amount = amount
        self.unit = unit
    }
}
