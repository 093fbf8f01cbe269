public import KuayuRules

/// Looks licences up where they are kept (电子证照库).
public protocol LicenceLibrary: Sendable {
    /// Name of the library, as the provenance of a material calls it; at most 100 characters.
    var name: String { get }

    /// What the library says about a licence (GB/T 36904 identifier).
    ///
    /// Answers within a few seconds; a library that cannot be reached is `.unavailable`, never an assumption.
    func answer(licence id: String) async -> LicenceAnswer
}
