"""Two-sided bounds of Student's t from scipy, with 15 digits.

    python Tests/Fixtures/inference/make_student_t.py > Tests/Fixtures/inference/student-t.tsv
"""
import scipy
from scipy.stats import t

print(f"# scipy {scipy.__version__}: probability, degrees of freedom, t with P(|T| < t) = probability")
for probability in (0.5, 0.95, 0.999):
    for count in (1, 2, 3, 4, 5, 6, 7, 9, 19, 30, 99, 100, 1000):
        print(f"{probability}\t{count}\t{t.ppf((1 + probability) / 2, count):.15g}")
