/// Looks at everything as it stood at one moment, for as long as the look lasts.
public protocol SnapshotStore: Sendable {
    /// The store as it stands now.
    func snapshot() throws(StoreError) -> any StoreSnapshot
}

/// The store as it stood at one moment; to be let go soon, because it keeps what was written since from being tidied up.
public protocol StoreSnapshot: Sendable {
    /// Look-ups; may block.
    func read<T: Sendable>(_ body: (any CaseReader) throws -> T) throws(StoreError) -> T
}
