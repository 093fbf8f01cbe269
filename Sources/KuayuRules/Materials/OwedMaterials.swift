public import KuayuModel

/// 容缺: materials that a case is accepted without, and the promise to hand them in.
public enum OwedMaterials {
    /// The promise that goes with materials marked as owed when the case names none; nil when nothing is owed, or one is
    /// named.
    ///
    /// Some formats mark a material as owed and have no field for the promise. It lists them by id and has no time of its
    /// own: it is due with the case.
    public static func promise(of record: CaseRecord, at now: Instant) -> CaseRow? {
        let owed = record[.materials].filter { row in
            row[source] == "deferred" || row[necessity] == "deferred"
        }.compactMap { $0[id] }
        guard !owed.isEmpty, !record[commitments].contains(where: { $0[kind] == "deferred" }) else { return nil }
        var row = CaseRow(commitments)
        row[kind] = "deferred"
        row[materials] = owed.joined(separator: "\n")
        row[madeAt] = record[appliedAt] ?? now.canonical
        return row
    }

    private static let source = Field.named("materials[].source")
    private static let necessity = Field.named("materials[].necessity")
    private static let id = Field.named("materials[].id")
    private static let commitments = ListField.named("commitments")
    private static let kind = Field.named("commitments[].kind")
    private static let materials = Field.named("commitments[].materials")
    private static let madeAt = Field.named("commitments[].madeAt")
    private static let appliedAt = Field.named("appliedAt")
}
