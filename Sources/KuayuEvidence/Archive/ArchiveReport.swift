/// What a check of an archive package found.
public struct ArchiveReport: Sendable {
    /// The case it says it is about.
    public var caseID: String?
    /// Versions that are there.
    public var versionCount = 0
    /// Versions whose digest stands in a signed receipt.
    public var confirmedVersionCount = 0
    /// Messages that are listed.
    public var messageCount = 0
    /// Messages whose bytes are those that the signed receipt speaks of.
    ///
    /// A receipt for a payload with one case speaks of the whole payload, of which the package holds the case.
    public var confirmedMessageCount = 0
    /// Receipts with a valid signature.
    public var validReceiptCount = 0
    /// Names of the keys that the receipts are signed with, sorted.
    public var keyIDs: [String] = []
    /// What is wrong, by file.
    public var faults: [ArchiveFault] = []

    /// Whether nothing is wrong.
    public var isWhole: Bool { faults.isEmpty }
}

/// One thing that is wrong with one file of a package.
public struct ArchiveFault: Hashable, Sendable {
    /// What kind of thing.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The file is listed and not there.
        case missing
        /// The file is there and not listed.
        case unlisted
        /// Its digest is another.
        case changed
        /// It cannot be read as what it should be.
        case unreadable
        /// Its signature is not valid, or nobody knows the key.
        case signature
        /// It says something else than the files it belongs to.
        case contradiction
        /// A version, message or event that must be there is not.
        case incomplete
    }

    /// Path below the package's folder.
    public let file: String
    /// What kind of thing.
    public let kind: Kind
    /// One sentence for people.
    public let chinese: String
    /// The same in English.
    public let english: String

    init(_ file: String, _ kind: Kind, _ chinese: String, _ english: String) {
        self.file = file
        self.kind = kind
        self.chinese = chinese
        self.english = english
    }
}
