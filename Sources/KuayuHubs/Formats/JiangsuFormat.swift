import KuayuFormats
import KuayuModel

/// Jiangsu: XML in GB18030, CamelCase.
struct JiangsuFormat: LocalFormat {
    let region = RegionCode.jiangsu
    let contentType = "application/xml; charset=GB18030"

    func draft(_ draft: CaseDraft, number: String) -> LocalTree {
        var tree = LocalTree.object([])
        let time = LocalTime.text(draft.appliedAt, "yyyyMMddTHHmmss")
        tree.set("Header/DataSource", .text("p32"))
        tree.set("Header/CdBatch", .text("B" + padded(draft.serial, 8)))
        tree.set("Header/CdTime", .text(time))
        tree.set("Header/CdOperation", .text("I"))
        tree.set("Header/Version", .text("1.0"))
        tree.set("Header/CsjMode", .text(draft.mode))
        tree.set("Header/CsjHandling/Code", .text(draft.handling))
        tree.set("Region", .text(draft.handling))
        let apply: [(String, String)] = [
            ("ProjectNo", number), ("CataLogCode", draft.item.catalogCode.text), ("TaskName", draft.item.name),
            ("ApplyerName", draft.name), ("ApplyerType", draft.isPerson ? "1" : "2"),
            ("ApplyerPageType", draft.isPerson ? "111" : "01"), ("ApplyerPageCode", draft.idNumber),
            ("ContactName", draft.name), ("ContactMobile", draft.mobile), ("Address", draft.address),
            // Bare digits occur as well.
            ("ApplyDate", draft.serial % 2 == 0 ? time : time.replacing("T", with: "")), ("ApplyType", "2"),
            ("ProjectType", "2"), ("PromiseDay", String(draft.item.promisedWorkdays)), ("PromiseType", "1"),
        ]
        for (name, value) in apply { tree.set("ApplyInfo/" + name, .text(value)) }
        tree.set("MaterialData/Material/MaterialName", .text("身份证明"))
        tree.set("MaterialData/Material/GetType", .text("2"))
        tree.set("MaterialData/Material/GetNum", .text("1"))
        tree.set("MaterialData/Material/IsRongQue", .text("0"))
        return tree
    }

    func ownNumber(_ document: LocalTree) -> String? { nonEmpty(document.at("ApplyInfo/ProjectNo")) }
    func setOwnNumber(_ number: String, in document: inout LocalTree) {
        document.set("ApplyInfo/ProjectNo", .text(number))
    }
    func federationID(_ document: LocalTree) -> String? { nonEmpty(document.at("Header/CsjNo")) }
    func setFederationID(_ id: String, in document: inout LocalTree) { document.set("Header/CsjNo", .text(id)) }

    func isHandledHere(_ document: LocalTree) -> Bool { document["Region"]?.text?.hasPrefix("32") ?? false }

    func advance(_ document: inout LocalTree, to stage: CaseStage, at time: Instant, version: Int) {
        let text = LocalTime.text(time, "yyyyMMddTHHmmss")
        document.set("Header/CdOperation", .text("U"))
        document["CsjExt"] = nil
        switch stage {
        case .accepted:
            document.set("AcceptInfo/OrgName", .text("示例行政审批局"))
            document.set("AcceptInfo/AcceptDate", .text(text))
            addProcess("受理", text, to: &document)
        case .supplementing: addProcess("补正", text, to: &document)
        case .reviewing: addProcess("通过", text, to: &document)
        case .granted, .denied:
            addProcess(stage == .granted ? "通过" : "不予许可", text, to: &document)
            document.set("ResultInfo/ResultDate", .text(text))
            document.set("ResultInfo/ResultType", .text("6"))
        }
    }

    private func addProcess(_ name: String, _ time: String, to document: inout LocalTree) {
        var list = document["ProcessList"] ?? .object([])
        if case .text = list { list = .object([]) }
        list.append(
            "Process",
            .object([
                .init(name: "EventName", value: .text(name)), .init(name: "ProcessName", value: .text(name)),
                .init(name: "HandleUserName", value: .text("李审批")), .init(name: "HandleExplain", value: .text("按规定办理")),
                .init(name: "EventStartTime", value: .text(time)), .init(name: "EventEndTime", value: .text(time)),
                .init(name: "ProcessState", value: .text("2")),
            ]))
        document["ProcessList"] = list
    }

    func payload(_ documents: [LocalTree], key: String, now: Instant) -> [UInt8] {
        var text = Array("<?xml version=\"1.0\" encoding=\"GB18030\"?>".utf8)
        for document in documents { document.xml("ApproveDataInfo", into: &text) }
        return (try? GB18030.encode(text, repertoire: .gb18030)) ?? []
    }

    func parse(_ payload: [UInt8]) throws -> [LocalTree] {
        let decoded = try GB18030.decode(payload)
        return [LocalTree(try XMLReader.read(decoded.bytes))]
    }

    func reply(_ outcome: ReplyOutcome, cases: [String]) -> [UInt8] {
        let (code, message): (String, String)
        switch outcome {
        case .taken: (code, message) = ("0", "")
        case .duplicate: (code, message) = ("2", "重复")
        case .busy: (code, message) = ("9", "繁忙")
        case .refused(let reason): (code, message) = ("1", reason)
        }
        var text = Array("<?xml version=\"1.0\" encoding=\"GB18030\"?>".utf8)
        LocalTree.object([.init(name: "Code", value: .text(code)), .init(name: "Message", value: .text(message))])
            .xml("Response", into: &text)
        return (try? GB18030.encode(text, repertoire: .gb18030)) ?? []
    }

    private func nonEmpty(_ tree: LocalTree?) -> String? { tree?.text.flatMap { $0.isEmpty ? nil : $0 } }
}
