# Entropy by step
#
# rollout entropy (rollout_entropy, nats): Mean entropy at the tokens of rollouts, temperature
# 1, while sampling. demonstration entropy (demonstration_entropy, nats): Mean entropy at the
# tokens of demonstrations, temperature 1. A step is one batch of rollouts or demonstrations.
# Seeds: rl 4, sft-kl 4, sft-own 4, sft-plus-rl 4, sft 4, srft-released 4, srft 4, opd 4,
# rl-from-start 4, rl-sft 4. Of several seeds the line is the mean, at steps that all of them
# have; pale lines are the seeds. Shaded: from the lowest to the highest seed, no interval. Each
# run's values are averaged over 5 steps centred on each (fewer at the ends) before anything
# else; pale lines are the values as logged.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot training-entropy.gp
# It reads training-entropy.tsv and writes training-entropy.svg and training-entropy.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,186 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_training_entropy' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,186./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'training-entropy.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.4729
  set bmargin at screen 0.13441
  set tmargin at screen 0.77957
  set border 15 linewidth 0.5
  set xrange [1:231]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('50' 50, '100' 100, '150' 150, '200' 200)
  set yrange [-0.05393833798694503:1.9140655945893792]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1, '1.5' 1.5)
  set label 'step' at screen 0.27574,0.03226 center noenhanced front
  set label 'rollout entropy (nats)' at screen 0.0202,0.45699 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.11891,0.9543 to screen 0.16436,0.9543 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'rl' at screen 0.17446,0.9543 left font ',8' noenhanced front
  set arrow from screen 0.31703,0.9543 to screen 0.36248,0.9543 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype solid
  set label 'sft-plus-rl' at screen 0.37259,0.9543 left font ',8' noenhanced front
  set arrow from screen 0.51515,0.9543 to screen 0.56061,0.9543 nohead linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6)
  set label 'srft-released' at screen 0.57071,0.9543 left font ',8' noenhanced front
  set arrow from screen 0.71327,0.9543 to screen 0.75873,0.9543 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2)
  set label 'srft' at screen 0.76883,0.9543 left font ',8' noenhanced front
  set arrow from screen 0.11891,0.89516 to screen 0.16436,0.89516 nohead linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6)
  set label 'opd' at screen 0.17446,0.89516 left font ',8' noenhanced front
  set arrow from screen 0.31703,0.89516 to screen 0.36248,0.89516 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6)
  set label 'rl-from-start' at screen 0.37259,0.89516 left font ',8' noenhanced front
  set arrow from screen 0.51515,0.89516 to screen 0.56061,0.89516 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6)
  set label 'sft-kl' at screen 0.57071,0.89516 left font ',8' noenhanced front
  set arrow from screen 0.71327,0.89516 to screen 0.75873,0.89516 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'sft-own' at screen 0.76883,0.89516 left font ',8' noenhanced front
  set arrow from screen 0.11891,0.83602 to screen 0.16436,0.83602 nohead linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5)
  set label 'sft' at screen 0.17446,0.83602 left font ',8' noenhanced front
  set arrow from screen 0.31703,0.83602 to screen 0.36248,0.83602 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype solid
  set label 'rl-sft' at screen 0.37259,0.83602 left font ',8' noenhanced front
  plot 'training-entropy.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-entropy.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-entropy.tsv' index 2 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-entropy.tsv' index 3 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#cc79a7' notitle, \
    'training-entropy.tsv' index 4 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#000000' notitle, \
    'training-entropy.tsv' index 5 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'training-entropy.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-entropy.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-entropy.tsv' index 8 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-entropy.tsv' index 9 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-entropy.tsv' index 10 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 11 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 12 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 13 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 14 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 16 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 17 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 18 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-entropy.tsv' index 19 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-entropy.tsv' index 20 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-entropy.tsv' index 21 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-entropy.tsv' index 22 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-entropy.tsv' index 23 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-entropy.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-entropy.tsv' index 25 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-entropy.tsv' index 26 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-entropy.tsv' index 27 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-entropy.tsv' index 28 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-entropy.tsv' index 29 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-entropy.tsv' index 30 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'training-entropy.tsv' index 31 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'training-entropy.tsv' index 32 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-entropy.tsv' index 33 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'training-entropy.tsv' index 34 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-entropy.tsv' index 35 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.58296
  set rmargin at screen 0.97727
  set bmargin at screen 0.13441
  set tmargin at screen 0.77957
  set border 15 linewidth 0.5
  set xrange [1:263]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('50' 50, '100' 100, '150' 150, '200' 200, '250' 250)
  set yrange [0.002649028964164164:2.6828233418512557]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0.003 1, '' 0.004 1, '' 0.005 1, '' 0.006 1, '' 0.007 1, '' 0.008 1, '' 0.009 1, '10^{−2}' 0.01, '' 0.02 1, '' 0.03 1, '' 0.04 1, '' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10^{−1}' 0.1, '' 0.2 1, '' 0.3 1, '' 0.4 1, '' 0.5 1, '' 0.6 1, '' 0.7 1, '' 0.8 1, '' 0.9 1, '10^{0}' 1, '' 2 1)
  set label 'step' at screen 0.78012,0.03226 center noenhanced front
  set label 'demonstration entropy (nats)' at screen 0.51583,0.45699 center rotate by 90 noenhanced front
  unset colorbox
  plot 'training-entropy.tsv' index 36 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'training-entropy.tsv' index 37 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#e69f00' notitle, \
    'training-entropy.tsv' index 38 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-entropy.tsv' index 39 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-entropy.tsv' index 40 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-entropy.tsv' index 41 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#cc79a7' notitle, \
    'training-entropy.tsv' index 42 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-entropy.tsv' index 43 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-entropy.tsv' index 44 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-entropy.tsv' index 45 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-entropy.tsv' index 46 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-entropy.tsv' index 47 using 1:2 with lines linewidth 0.4 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'training-entropy.tsv' index 48 using 1:2 with lines linewidth 0.4 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'training-entropy.tsv' index 49 using 1:2 with lines linewidth 0.4 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'training-entropy.tsv' index 50 using 1:2 with lines linewidth 0.4 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'training-entropy.tsv' index 51 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 52 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 53 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 54 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 55 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 56 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 57 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 58 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 59 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 60 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 61 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 62 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-entropy.tsv' index 63 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-entropy.tsv' index 64 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-entropy.tsv' index 65 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-entropy.tsv' index 66 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-entropy.tsv' index 67 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 68 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 69 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 70 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-entropy.tsv' index 71 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-entropy.tsv' index 72 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'training-entropy.tsv' index 73 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'training-entropy.tsv' index 74 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'training-entropy.tsv' index 75 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-entropy.tsv' index 76 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'training-entropy.tsv' index 77 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle

  unset multiplot
  set output
}
