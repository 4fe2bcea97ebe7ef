using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

/// <summary>Why a query has no result.</summary>
public enum QueryProblem
{
    /// <summary>There is a result.</summary>
    None,

    /// <summary>No such query, or none with such arguments.</summary>
    Invalid,

    /// <summary>Its code threw.</summary>
    Threw,

    /// <summary>Its code tried to change something: the run is to be rebuilt.</summary>
    Changed,

    /// <summary>The run's code is not at hand, since it is stalled.</summary>
    NoCode,

    /// <summary>The result is over the limit.</summary>
    TooLarge,

    /// <summary>Its code did not end in time.</summary>
    TooLong,
}

/// <summary>A query's answer.</summary>
/// <param name="Result">The result; null where there is none.</param>
/// <param name="Problem">Why there is none.</param>
/// <param name="Message">The same in words.</param>
public sealed record QueryAnswer(Payload? Result, QueryProblem Problem, string Message);
