import KuayuFormats
import KuayuModel

/// Zhejiang: JSON text inside JSON, camelCase, epoch milliseconds, numbers for states.
struct ZhejiangFormat: LocalFormat {
    let region = RegionCode.zhejiang
    let contentType = "application/json; charset=utf-8"

    func draft(_ draft: CaseDraft, number: String) -> LocalTree {
        var tree = LocalTree.object([])
        tree["projectId"] = .text(number)
        tree["localInnerCode"] = .text("00000000-0000-4000-8000-" + padded(draft.serial, 12))
        tree["matCode"] = .text(draft.item.catalogCode.text)
        tree["matName"] = .text(draft.item.name)
        tree["adCode"] = .text(draft.handling)
        tree["applyFrom"] = .number("1")
        tree["applyerInfo"] = .object([
            .init(name: "name", value: .text(draft.name)),
            .init(name: "kind", value: .number(draft.isPerson ? "1" : "2")),
            .init(name: "cardType", value: .text(draft.isPerson ? "111" : "USCC")),
            // The last letter of a citizen number is written small here.
            .init(name: "cardNo", value: .text(draft.isPerson ? draft.idNumber.lowercased() : draft.idNumber)),
            .init(name: "mobile", value: .text(draft.mobile)), .init(name: "address", value: .text(draft.address)),
        ])
        if !draft.isPerson { tree.set("applyerInfo/legalMan", .text("暂无")) }
        // Numbers come as texts now and then.
        let applied = String(draft.appliedAt.epochSeconds * 1000)
        tree["gmtApply"] = draft.serial % 4 == 0 ? .text(applied) : .number(applied)
        tree["gmtAccept"] = .number("0")
        tree["gmtFinish"] = .null
        tree["bizStatus"] = .number("20")
        tree["resultCode"] = .null
        tree["materialInfos"] = .array([
            .object([
                .init(name: "materialCode", value: .text("M01")), .init(name: "materialName", value: .text("身份证明")),
                .init(name: "sourceType", value: .number("20")), .init(name: "trust", value: .text("A")),
            ])
        ])
        tree["dataLevel"] = .text("L4")
        tree["dataVersion"] = .number("1")
        tree["csjMode"] = .text(draft.mode)
        tree["csjHandling"] = .array([.text(draft.handling)])
        return tree
    }

    func ownNumber(_ document: LocalTree) -> String? { nonEmpty(document["projectId"]) }
    func setOwnNumber(_ number: String, in document: inout LocalTree) { document["projectId"] = .text(number) }
    func federationID(_ document: LocalTree) -> String? { nonEmpty(document["csjNo"]) }
    func setFederationID(_ id: String, in document: inout LocalTree) { document["csjNo"] = .text(id) }

    func isHandledHere(_ document: LocalTree) -> Bool { document["adCode"]?.text?.hasPrefix("33") ?? false }

    func advance(_ document: inout LocalTree, to stage: CaseStage, at time: Instant, version: Int) {
        let text = LocalTree.number(String(time.epochSeconds * 1000))
        // Versions jump here.
        document["dataVersion"] = .number(String(version * 3))
        document["csjExt"] = nil
        switch stage {
        case .accepted:
            document["bizStatus"] = .number("40")
            document["gmtAccept"] = text
        case .supplementing: document["bizStatus"] = .number("45")
        case .reviewing: document["bizStatus"] = .number("50")
        case .granted, .denied:
            document["bizStatus"] = .number("60")
            document["resultCode"] = .number(stage == .granted ? "1" : "0")
            document["gmtFinish"] = text
        }
    }

    func payload(_ documents: [LocalTree], key: String, now: Instant) -> [UInt8] {
        let inner = LocalTree.object([
            .init(
                name: "data",
                value: .object([
                    .init(name: "items", value: .number(String(documents.count))),
                    .init(name: "data", value: .array(documents)),
                ]))
        ])
        return LocalTree.object([
            .init(name: "success", value: .bool(true)), .init(name: "errorCode", value: .text("")),
            .init(name: "requestId", value: .text(key)),
            .init(name: "data", value: .text(String(decoding: inner.json, as: UTF8.self))),
        ]).json
    }

    func parse(_ payload: [UInt8]) throws -> [LocalTree] {
        guard let inner = LocalTree(try JSONReader.read(payload))["data"]?.text else {
            throw UnreadablePayload(reason: "no data")
        }
        guard let list = LocalTree(try JSONReader.read(Array(inner.utf8))).at("data/data") else {
            throw UnreadablePayload(reason: "no data in data")
        }
        return list.elements
    }

    func reply(_ outcome: ReplyOutcome, cases: [String]) -> [UInt8] {
        let (success, code, message): (Bool, String, String) =
            switch outcome {
            case .taken: (true, "", "")
            case .duplicate: (false, "DUPLICATE", "")
            case .busy: (false, "BUSY", "")
            case .refused(let reason): (false, "INVALID", reason)
            }
        var members: [LocalTree.Member] = [
            .init(name: "success", value: .bool(success)), .init(name: "errorCode", value: .text(code)),
            .init(name: "requestId", value: .text("")), .init(name: "data", value: .text(message)),
        ]
        if cases.count > 1 {
            members.append(.init(name: "results", value: .array(cases.map { result($0, success, code) })))
        }
        return LocalTree.object(members).json
    }

    private func result(_ id: String, _ success: Bool, _ code: String) -> LocalTree {
        .object([
            .init(name: "csjNo", value: .text(id)), .init(name: "success", value: .bool(success)),
            .init(name: "errorCode", value: .text(code)),
        ])
    }

    private func nonEmpty(_ tree: LocalTree?) -> String? { tree?.text.flatMap { $0.isEmpty ? nil : $0 } }
}
