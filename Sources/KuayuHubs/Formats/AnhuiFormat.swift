import KuayuFormats
import KuayuModel

/// Anhui: pipe-delimited lines in GB18030, pinyin initials for columns.
struct AnhuiFormat: LocalFormat {
    let region = RegionCode.anhui
    let contentType = "text/plain; charset=GB18030"

    static let columns = [
        "SBLSH", "YWBH", "SXBM", "SXMC", "XZQH", "SLDWCODE", "SLDWNAME", "SQRLX", "SQRMC", "ZJLX", "ZJHM", "LXRXM",
        "LXDH", "DLRXM", "DLRZJHM", "SQSJ", "SLSJ", "CNSX", "CNSXDW", "CNBJSJ", "BJLX", "SQFS", "KJFW", "LQFS",
        "SJRXM", "SJRDZ", "SJRDH", "HJMC", "HJZT", "BLYJ", "BLJG", "BJJGDM", "BJSJ", "ZZMC", "ZZBS", "CLQD", "RQBZ",
        "RQQX", "YJSBH", "FBJBH", "SJJB", "ISSTATUS", "CJSJ", "XGSJ", "MS", "BLQH", "KZ",
    ]

    func draft(_ draft: CaseDraft, number: String) -> LocalTree {
        var tree = LocalTree.object([])
        let time = LocalTime.text(draft.appliedAt, "yyyyMMddHHmmss")
        let values: [(String, String)] = [
            ("SBLSH", number), ("SXBM", draft.item.catalogCode.text), ("SXMC", draft.item.name),
            ("XZQH", draft.handling), ("SQRLX", draft.isPerson ? "20" : "10"), ("SQRMC", draft.name),
            ("ZJLX", draft.isPerson ? "111" : "001"), ("ZJHM", draft.idNumber), ("LXRXM", draft.name),
            ("LXDH", draft.mobile), ("DLRXM", "-"), ("SQSJ", time),
            ("CNSX", String(draft.item.promisedWorkdays)), ("CNSXDW", "G"), ("BJLX", "2"), ("SQFS", "1"),
            ("KJFW", "1"), ("LQFS", "2"), ("SJRXM", draft.name), ("SJRDZ", draft.address), ("SJRDH", draft.mobile),
            ("SLDWNAME", "NULL"), ("CLQD", "M01:身份证明:1"), ("RQBZ", "0"), ("SJJB", "L4"), ("ISSTATUS", "0"),
            ("CJSJ", time), ("XGSJ", time), ("MS", draft.mode), ("BLQH", draft.handling),
        ]
        for (name, value) in values { tree[name] = .text(value) }
        return tree
    }

    func ownNumber(_ document: LocalTree) -> String? { nonEmpty(document["SBLSH"]) }
    func setOwnNumber(_ number: String, in document: inout LocalTree) { document["SBLSH"] = .text(number) }
    func federationID(_ document: LocalTree) -> String? { nonEmpty(document["YWBH"]) }
    func setFederationID(_ id: String, in document: inout LocalTree) { document["YWBH"] = .text(id) }

    func isHandledHere(_ document: LocalTree) -> Bool { document["XZQH"]?.text?.hasPrefix("34") ?? false }

    func advance(_ document: inout LocalTree, to stage: CaseStage, at time: Instant, version: Int) {
        let text = LocalTime.text(time, "yyyyMMddHHmmss")
        document["XGSJ"] = .text(text)
        document["KZ"] = .text("")
        document["HJZT"] = .text("2")
        switch stage {
        case .accepted:
            document["SLSJ"] = .text(text)
            document["HJMC"] = .text("受理")
        case .supplementing: document["HJMC"] = .text("补正")
        case .reviewing: document["HJMC"] = .text("审查")
        case .granted, .denied:
            document["HJMC"] = .text("办结")
            document["BLJG"] = .text(stage == .granted ? "0" : "1")
            document["BJJGDM"] = .text(stage == .granted ? "0" : "1")
            document["BJSJ"] = .text(text)
        }
    }

    func payload(_ documents: [LocalTree], key: String, now: Instant) -> [UInt8] {
        var text = "#BJ|v3|340000|\(key)|\(documents.count)\n"
        for document in documents {
            text += Self.columns.map { Self.escaped(document[$0]?.text ?? "") }.joined(separator: "|") + "\n"
        }
        return (try? GB18030.encode(Array(text.utf8), repertoire: .gb18030)) ?? []
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing("\n", with: "\\n")
    }

    func parse(_ payload: [UInt8]) throws -> [LocalTree] {
        let decoded = try GB18030.decode(payload).bytes
        guard let end = decoded.firstIndex(of: UInt8(ascii: "\n")), decoded.starts(with: Array("#BJ|v3|".utf8)) else {
            throw UnreadablePayload(reason: "no header line")
        }
        let (tape, errors) = DelimitedReader.table(decoded, columns: Self.columns, from: end + 1, dialect: .pipe)
        if let error = errors.first { throw error }
        return LocalTree(tape).elements
    }

    func reply(_ outcome: ReplyOutcome, cases: [String]) -> [UInt8] { [] }

    private func nonEmpty(_ tree: LocalTree?) -> String? {
        tree?.text.flatMap { ["", "-", "NULL", "暂无"].contains($0) ? nil : $0 }
    }
}
