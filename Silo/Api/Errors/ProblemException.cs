namespace Orchestration.Silo.Api.Errors;

/// <summary>Ends a request with a problem, from wherever it is found.</summary>
internal sealed class ProblemException(ApiProblem problem, Exception? inner = null) : Exception(problem.Detail, inner)
{
    /// <summary>The problem.</summary>
    public ApiProblem Problem { get; } = problem;

    /// <summary>A request that cannot be carried out as it stands.</summary>
    public static ProblemException Invalid(string detail, string remedy =
        "Change the request accordingly; nothing was written.") =>
        new(new ApiProblem(400, "invalid-request", detail, remedy));
}
