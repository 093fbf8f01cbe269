import ArgumentParser
import KuayuAdapters
import KuayuEngine
import KuayuGateway
import KuayuModel

/// Finds cases by any number.
enum CaseLookup {
    /// The cases that a number leads to: one for a federation id, any number of them for a local one.
    static func all(_ number: String, in reader: any CaseReader) throws -> [CaseID] {
        guard let id = CaseID(number) else { return try reader.caseIDs(anyNumber: number) }
        return try reader.caseInForce(id) == nil ? [] : [id]
    }

    /// The one case that a number leads to.
    ///
    /// Exit code 2 with a sentence where there is none; a failure that names them where there are several.
    static func one(_ number: String, in store: some CaseStore) throws -> CaseID {
        let ids = try store.read { try all(number, in: $0) }
        guard let id = ids.first else { throw notThere(number) }
        guard ids.count == 1 else {
            throw CommandFailure(
                "\(number) leads to \(ids.count) cases: \(ids.map(\.text).joined(separator: " "))",
                help: "name one of them by its federation id")
        }
        return id
    }

    /// Says that there is no such case.
    static func notThere(_ number: String) -> ExitCode {
        print("没有这个办件 — no case has the number \(number)")
        return ExitCode(2)
    }

    /// The case of an event, read.
    static func record(of event: EventRecord) throws -> CaseRecord {
        guard let record = CaseDocument.decode(event.canonical).record else {
            throw StoreError.corrupt("case \(event.head.caseID.text) version \(event.head.version) cannot be read")
        }
        return record
    }
}
