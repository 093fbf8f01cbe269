public import KuayuModel

/// 免提交: materials that need not be handed in, because they can be resolved elsewhere.
///
/// Only what the applying side newly says is checked: a handling region that repeats a material has not claimed anything.
public struct ExemptMaterials: Sendable {
    /// What is known of each licence that was asked for.
    private let answers: [String: LicenceAnswer]
    /// Who answered.
    private let provider: String

    /// A check by these answers of a library; without a library licences are taken as they are named.
    public init(answers: [String: LicenceAnswer] = [:], provider: String = "") {
        self.answers = answers
        self.provider = provider
    }

    /// Licence numbers that a case leans on, each once, in order.
    public static func licences(of record: CaseRecord) -> [String] {
        var found: [String] = []
        for row in record[.materials] where isExempt(row) {
            if let id = row[licenceID], !found.contains(id) { found.append(id) }
        }
        return found
    }

    /// What is wrong with the exempt materials of `record` that `known` does not have already.
    ///
    /// Errors: `material.exempt-unproved` (no licence, no query, and not both provider and time), `material.licence-unknown`,
    /// `material.licence-revoked`, `material.licence-expired`. Warning: `material.licence-unchecked`.
    public func issues(in record: CaseRecord, known: CaseRecord? = nil) -> [Issue] {
        var issues: [Issue] = []
        for (index, row) in record[.materials].enumerated() where Self.isExempt(row) {
            if let known, Self.isKnown(row, in: known) { continue }
            if let issue = issue(row, index) { issues.append(issue) }
        }
        return issues
    }

    /// The case with what the library confirmed: provider, time and trust, where the case does not say them itself.
    public func confirmed(_ record: CaseRecord, at now: Instant) -> CaseRecord {
        var record = record
        for (index, row) in record[.materials].enumerated() {
            guard Self.isExempt(row), row[Self.providerField] == nil, row[Self.verifiedAt] == nil,
                let id = row[Self.licenceID], case .valid = answers[id]
            else { continue }
            record.update(.materials) { rows in
                rows[index][Self.providerField] = provider
                rows[index][Self.verifiedAt] = now.canonical
                rows[index][Self.trust] = rows[index][Self.trust] ?? "A"
            }
        }
        return record
    }

    private func issue(_ row: CaseRow, _ index: Int) -> Issue? {
        let path = "materials[\(index)]"
        guard let id = row[Self.licenceID] else { return Self.hasOtherProof(row) ? nil : Self.unproved(path) }
        switch answers[id] {
        case nil, .valid: return nil
        case .unknown:
            return Issue(
                code: "material.licence-unknown", path: path + ".provenance.licenceId",
                message: "the licence library does not know the licence of a material that need not be submitted",
                help: "check the licence number, or send the material itself and leave exempt out")
        case .revoked:
            return Issue(
                code: "material.licence-revoked", path: path + ".provenance.licenceId",
                message: "the licence of a material that need not be submitted was revoked",
                help: "take the licence in force, or send the material itself")
        case .expired:
            return Issue(
                code: "material.licence-expired", path: path + ".provenance.licenceId",
                message: "the licence of a material that need not be submitted has expired",
                help: "take a licence in force, or send the material itself")
        case .unavailable(let reason):
            return Issue(
                code: "material.licence-unchecked", severity: .warning, path: path + ".provenance.licenceId",
                message: "the licence library could not be asked: \(reason)",
                help: "nothing to do; the handling region sees the licence number and can look it up")
        }
    }

    private static func unproved(_ path: String) -> Issue {
        Issue(
            code: "material.exempt-unproved", path: path + ".provenance",
            message: "a material need not be submitted, but nothing says where it can be had",
            help: "give provenance.licenceId, or provenance.query, or provider with verifiedAt; or send the material")
    }

    // MARK: rows

    static func isExempt(_ row: CaseRow) -> Bool { row[exempt] == "true" }

    private static func hasOtherProof(_ row: CaseRow) -> Bool {
        row[query] != nil || (row[providerField] != nil && row[verifiedAt] != nil)
    }

    /// Whether the material stands in the case in force with the same provenance.
    private static func isKnown(_ row: CaseRow, in record: CaseRecord) -> Bool {
        record[.materials].contains { old in
            old.hasKey(of: row) && isExempt(old) && (row[licenceID] == nil || old[licenceID] == row[licenceID])
        }
    }

    private static let exempt = Field.named("materials[].exempt")
    private static let licenceID = Field.named("materials[].provenance.licenceId")
    private static let query = Field.named("materials[].provenance.query")
    private static let providerField = Field.named("materials[].provenance.provider")
    private static let verifiedAt = Field.named("materials[].provenance.verifiedAt")
    private static let trust = Field.named("materials[].trust")
}
