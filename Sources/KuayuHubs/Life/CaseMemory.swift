import KuayuModel

/// What a hub remembers of a case beside its document: what it asked, promised and was told.
struct CaseMemory: Sendable {
    /// The extension block that came with the last message.
    var told: LocalTree?
    /// The supplement that this hub asked for last: when, and how many materials there were.
    var asked: (at: Instant, materials: Int)?
    /// Whether another side has answered since.
    var isAnswered = false
    /// The supplement that this hub has answered, as ``question``.
    var answeredFor: String?
    /// When this hub accepted the case or its branch.
    var acceptedAt: Instant?
    /// When the special procedure began that is still open.
    var specialAt: Instant?
    /// What this hub promised to hand in later.
    var promise: CaseDraft.Promise?
    /// Where the papers are collected.
    var collection: String?
    /// How the branches of a joint case stand, by region.
    var branches: [String: CaseState] = [:]
    /// The other regions in charge of a joint case.
    var otherRegions: [String] = []

    /// Takes up what an extension block says.
    mutating func hear(_ block: LocalTree?) {
        guard let block else { return }
        told = block
        for row in block["branches"]?.elements ?? [] {
            guard let region = row["region"]?.text, let state = row["status"]?.text.flatMap(CaseState.init(rawValue:))
            else { continue }
            branches[region] = state
        }
    }

    /// Supplements that the last block names and nobody has answered, by the moment they were asked for.
    var openSupplements: [LocalTree] {
        (told?["supplements"]?.elements ?? []).filter { $0["answeredAt"] == nil }
    }

    /// When the supplement was asked for that is open; `-` where only the state says that there is one.
    var question: String { openSupplements.last?["requestedAt"]?.text ?? "-" }

    /// Whether every other region in charge of a joint case has decided, as far as this hub was told.
    var haveOtherBranchesEnded: Bool {
        !otherRegions.isEmpty && otherRegions.allSatisfy { branches[$0]?.isDecided ?? false }
    }

    /// Whether the last block names the supplement that this hub asked for as answered.
    var isOwnSupplementAnswered: Bool {
        guard let asked else { return false }
        return (told?["supplements"]?.elements ?? []).contains {
            $0["requestedAt"]?.text == asked.at.canonical && $0["answeredAt"] != nil
        }
    }
}
