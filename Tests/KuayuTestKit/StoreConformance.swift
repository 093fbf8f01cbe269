public import KuayuGateway

/// What every driver of ``CaseStore`` must do, as checks that each run on an empty store of their own.
///
/// A test names the checks as arguments:
/// ```swift
/// @Test(arguments: StoreConformance.checks)
/// func conforms(check: StoreConformance.Check) throws { try check.run(on: MemoryStore()) }
/// ```
public enum StoreConformance {
    /// One check.
    public struct Check: Sendable, CustomStringConvertible {
        /// What it checks, as a sentence.
        public let description: String
        private let body: @Sendable (any CaseStore) throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (any CaseStore) throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Runs it; the store must be empty.
        ///
        /// - Throws: ``Failure`` when the store does something else, or what the store itself throws.
        public func run(on store: any CaseStore) throws { try body(store) }
    }

    /// A store did something else than its port says.
    public struct Failure: Error, CustomStringConvertible {
        /// What was expected, what came, and where it was checked.
        public let description: String
    }

    /// Every check, in the order of the port.
    public static let checks: [Check] =
        transactions + messages + cases + numbers + deliveries + ledgers + lanes + recovery + rules

    // MARK: expectations

    static func expect<T: Equatable>(
        _ found: T, _ wanted: T, _ what: String, file: String = #fileID, line: Int = #line
    ) throws {
        if found != wanted {
            throw Failure(description: "\(what): expected \(wanted), found \(found) (\(file):\(line))")
        }
    }

    static func expect(_ holds: Bool, _ what: String, file: String = #fileID, line: Int = #line) throws {
        if !holds { throw Failure(description: "\(what) (\(file):\(line))") }
    }

    /// The error that a write of `body` ends in.
    static func failure(
        of store: any CaseStore, _ body: (any CaseTransaction) throws -> Void
    ) throws -> StoreError {
        do throws(StoreError) {
            try store.write(body)
        } catch {
            return error
        }
        throw Failure(description: "a write that had to fail did not")
    }

    /// Runs the same look-ups inside the transaction that wrote and after it.
    static func writing(
        on store: any CaseStore, _ write: (any CaseTransaction) throws -> Void,
        then look: (any CaseReader) throws -> Void
    ) throws {
        try store.write { transaction in
            try write(transaction)
            try look(transaction)
        }
        try store.read { try look($0) }
    }
}
