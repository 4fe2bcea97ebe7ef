using System.Text.Json.Serialization;
using Orchestration.Silo.Api.Errors;
using Orchestration.Silo.Api.Model;

namespace Orchestration.Silo.Api;

/// <summary>The JSON of the API. Unknown fields are refused: a misspelt option must not be an option that was left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(CamelCaseEnums)])]
[JsonSerializable(typeof(ProblemModel))]
[JsonSerializable(typeof(StartBody))]
[JsonSerializable(typeof(StartedModel))]
[JsonSerializable(typeof(RunsModel))]
[JsonSerializable(typeof(CountsModel))]
[JsonSerializable(typeof(WorkflowModel))]
[JsonSerializable(typeof(HistoryModel))]
[JsonSerializable(typeof(SignalBody))]
[JsonSerializable(typeof(QueryBody))]
[JsonSerializable(typeof(QueryResultModel))]
[JsonSerializable(typeof(UpdateBody))]
[JsonSerializable(typeof(UpdateResultModel))]
[JsonSerializable(typeof(ResultModel))]
[JsonSerializable(typeof(ControlBody))]
[JsonSerializable(typeof(ActivitiesModel))]
[JsonSerializable(typeof(ActivityControlBody))]
[JsonSerializable(typeof(AttemptBody))]
[JsonSerializable(typeof(HeartbeatModel))]
[JsonSerializable(typeof(PollBody))]
[JsonSerializable(typeof(WorkModel))]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(NamespacesModel))]
[JsonSerializable(typeof(Telemetry.ClusterMetricsModel))]
[JsonSerializable(typeof(SilosModel))]
[JsonSerializable(typeof(ShardsModel))]
[JsonSerializable(typeof(HealthModel))]
[JsonSerializable(typeof(InfoModel))]
[JsonSerializable(typeof(WorkflowTypeModel))]
[JsonSerializable(typeof(StreamModel))]
internal sealed partial class ApiJson : JsonSerializerContext;
