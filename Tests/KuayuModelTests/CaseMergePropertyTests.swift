import KuayuModel
import Testing

/// Laws of merging that hold for any two cases, whoever reports.
@Suite struct CaseMergePropertyTests {
    private static let roleSets = (1...15 as ClosedRange<UInt8>).map(CaseRoles.init(rawValue:))

    private struct Trial {
        let inForce: CaseRecord
        let document: CaseRecord
        let reporter: CaseMerge.Reporter
    }

    /// A random pair of cases.
    ///
    /// Every other time the document is the case in force with some parts exchanged, so that rows
    /// meet.
    private func trials(_ count: Int, seed: UInt64) -> [Trial] {
        var chance = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            let inForce = CaseGenerator.make(using: &chance, options: .init(richness: 0.6))
            var document = CaseGenerator.make(
                using: &chance, options: .init(richness: 0.6, withGatewayFields: chance.chance(permille: 500)))
            if index % 2 == 0 { document = mixed(inForce, document, using: &chance) }
            return Trial(inForce: inForce, document: document, reporter: reporter(using: &chance))
        }
    }

    private func reporter(using chance: inout SeededGenerator) -> CaseMerge.Reporter {
        let region = RegionCode.federated[chance.next(below: 4)]
        let roles = Self.roleSets[chance.next(below: Self.roleSets.count)]
        var silent: Set<Field> = []
        for field in CaseSchema.v1.allFields where chance.chance(permille: 60) { silent.insert(field) }
        let isCoarse = chance.chance(permille: 500)
        return CaseMerge.Reporter(region: region, roles: roles, isLead: chance.chance(permille: 500), silent: silent) {
            field, value in
            guard isCoarse else { return nil }
            if field == .status { return value == "special" || value == "supplementing" ? "reviewing" : nil }
            return field.column % 5 == 0 ? String(value.prefix(2)) : nil
        }
    }

    private func mixed(_ base: CaseRecord, _ other: CaseRecord, using chance: inout SeededGenerator) -> CaseRecord {
        var record = base
        for (field, value) in other.presentScalars where chance.chance(permille: 200) { record[field] = value }
        for list in CaseSchema.v1.lists.compactMap({ CaseSchema.v1.list($0.path) }) where chance.chance(permille: 300) {
            let fields = CaseSchema.v1.info(list).fields
            record.update(list) { rows in
                for (index, row) in zip(rows.indices, other[list]) {
                    for field in fields where chance.chance(permille: 300) { rows[index][field] = row[field] }
                }
            }
        }
        return record
    }

    private func merge(_ document: CaseRecord, _ record: CaseRecord, _ reporter: CaseMerge.Reporter) -> CaseMerge {
        CaseMerge(document, into: record, by: reporter, now: CaseMergeTests.now)
    }

    /// Lists in which two rows say they are the same entry contradict themselves, and no rule can make sense of them.
    private func isSane(_ record: CaseRecord) -> Bool {
        CaseSchema.v1.lists.compactMap { CaseSchema.v1.list($0.path) }.allSatisfy { list in
            let rows = record[list]
            return Set(rows.map(\.key)).count == rows.count
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func theSameDocumentTwiceChangesNothing(seed: UInt64) {
        var changes = 0
        for trial in trials(400, seed: seed) where isSane(trial.document) {
            let first = merge(trial.document, trial.inForce, trial.reporter)
            let second = merge(trial.document, first.record, trial.reporter)
            #expect(second.record == first.record)
            #expect(!second.isChange, "\(second.changed)")
            if first.isChange { changes += 1 }
        }
        #expect(changes > 200)
    }

    @Test func whatIsNotAChangeLeavesTheCaseAsItIs() {
        var quiet = 0
        for trial in trials(500, seed: 5) where isSane(trial.document) {
            let result = merge(trial.document, trial.inForce, trial.reporter)
            #expect(result.isChange == (result.record != trial.inForce))
            if !result.isChange { quiet += 1 }
        }
        #expect(quiet > 0)
    }

    @Test func absenceRemovesNothing() {
        for trial in trials(300, seed: 6) {
            let result = merge(trial.document, trial.inForce, trial.reporter).record
            for (field, _) in trial.inForce.presentScalars where field != .statusRawCode && field != .statusRawTable {
                #expect(result[field] != nil, "\(field.path)")
            }
            for info in CaseSchema.v1.lists {
                guard let list = CaseSchema.v1.list(info.path) else { continue }
                let after = result[list]
                #expect(after.count >= trial.inForce[list].count)
                if list != .events {
                    #expect(zip(trial.inForce[list], after).allSatisfy { $0.key == $1.key }, "\(info.path)")
                }
            }
        }
    }

    @Test func theCaseItselfIsNoNews() {
        var chance = SeededGenerator(seed: 7)
        for _ in 0..<100 {
            let record = CaseGenerator.make(using: &chance, options: .init(richness: 0.7))
            if record[.mode] == "joint" { continue }
            for roles in Self.roleSets {
                let reporter = CaseMerge.Reporter(region: .anhui, roles: roles, isLead: true, silent: []) { _, _ in nil
                }
                let result = merge(record, record, reporter)
                #expect(result.record == record && !result.isChange && !result.hasForeignParts)
            }
        }
    }
}
