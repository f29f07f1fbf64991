# Reward, response length and entropy by step
#
# mean reward (reward): Mean reward of the step's rollouts. response length (response_length,
# token): Mean tokens of a rollout, the end token included. rollout entropy (rollout_entropy,
# nats): Mean entropy at the tokens of rollouts, temperature 1, while sampling. A step is one
# batch of rollouts or demonstrations. Seeds: rl 4, sft-plus-rl 4, srft-released 4, srft 4, opd
# 4, rl-from-start 4. Of several seeds the line is the mean, at steps that all of them have;
# pale lines are the seeds. Shaded: from the lowest to the highest seed, no interval. Each run's
# values are averaged over 5 steps centred on each (fewer at the ends) before anything else;
# pale lines are the values as logged. Zeros stand on the axis.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot training-dynamics.gp
# It reads training-dynamics.tsv and writes training-dynamics.svg and training-dynamics.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,149 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_training_dynamics' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,149./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'training-dynamics.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07116
  set rmargin at screen 0.32109
  set bmargin at screen 0.16779
  set tmargin at screen 0.87248
  set border 15 linewidth 0.5
  set xrange [1:231]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('50' 50, '100' 100, '150' 150, '200' 200)
  set yrange [0.0006009615384615385:1.3]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0.0007 1, '' 0.0008 1, '' 0.0009 1, '10^{−3}' 0.001, '' 0.002 1, '' 0.003 1, '' 0.004 1, '' 0.005 1, '' 0.006 1, '' 0.007 1, '' 0.008 1, '' 0.009 1, '10^{−2}' 0.01, '' 0.02 1, '' 0.03 1, '' 0.04 1, '' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10^{−1}' 0.1, '' 0.2 1, '' 0.3 1, '' 0.4 1, '' 0.5 1, '' 0.6 1, '' 0.7 1, '' 0.8 1, '' 0.9 1, '10^{0}' 1)
  set label 'step' at screen 0.19613,0.04027 center noenhanced front
  set label 'mean reward' at screen 0.01646,0.52013 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.02805,0.94295 to screen 0.06509,0.94295 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'rl' at screen 0.07332,0.94295 left font ',8' noenhanced front
  set arrow from screen 0.18948,0.94295 to screen 0.22652,0.94295 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype solid
  set label 'sft-plus-rl' at screen 0.23475,0.94295 left font ',8' noenhanced front
  set arrow from screen 0.35091,0.94295 to screen 0.38795,0.94295 nohead linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6)
  set label 'srft-released' at screen 0.39618,0.94295 left font ',8' noenhanced front
  set arrow from screen 0.51235,0.94295 to screen 0.54938,0.94295 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2)
  set label 'srft' at screen 0.55761,0.94295 left font ',8' noenhanced front
  set arrow from screen 0.67378,0.94295 to screen 0.71081,0.94295 nohead linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6)
  set label 'opd' at screen 0.71905,0.94295 left font ',8' noenhanced front
  set arrow from screen 0.83521,0.94295 to screen 0.87225,0.94295 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6)
  set label 'rl-from-start' at screen 0.88048,0.94295 left font ',8' noenhanced front
  plot 'training-dynamics.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-dynamics.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-dynamics.tsv' index 2 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-dynamics.tsv' index 3 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#cc79a7' notitle, \
    'training-dynamics.tsv' index 4 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#000000' notitle, \
    'training-dynamics.tsv' index 5 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'training-dynamics.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 8 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 9 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 10 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 11 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 12 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 13 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 14 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 16 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 17 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 18 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 19 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 20 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 21 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 22 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 23 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 25 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 26 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 27 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 28 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 29 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 30 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'training-dynamics.tsv' index 31 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'training-dynamics.tsv' index 32 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-dynamics.tsv' index 33 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'training-dynamics.tsv' index 34 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-dynamics.tsv' index 35 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.39907
  set rmargin at screen 0.649
  set bmargin at screen 0.16779
  set tmargin at screen 0.87248
  set border 15 linewidth 0.5
  set xrange [1:231]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('50' 50, '100' 100, '150' 150, '200' 200)
  set yrange [4.97:49.655]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('10' 10, '20' 20, '30' 30, '40' 40)
  set label 'step' at screen 0.52403,0.04027 center noenhanced front
  set label 'response length (tokens)' at screen 0.35607,0.52013 center rotate by 90 noenhanced front
  unset colorbox
  plot 'training-dynamics.tsv' index 36 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-dynamics.tsv' index 37 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-dynamics.tsv' index 38 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-dynamics.tsv' index 39 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#cc79a7' notitle, \
    'training-dynamics.tsv' index 40 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#000000' notitle, \
    'training-dynamics.tsv' index 41 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'training-dynamics.tsv' index 42 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 43 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 44 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 45 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 46 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 47 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 48 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 49 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 50 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 51 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 52 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 53 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 54 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 55 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 56 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 57 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 58 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 59 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 60 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 61 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 62 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 63 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 64 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 65 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 66 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'training-dynamics.tsv' index 67 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'training-dynamics.tsv' index 68 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-dynamics.tsv' index 69 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'training-dynamics.tsv' index 70 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-dynamics.tsv' index 71 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.73155
  set rmargin at screen 0.98148
  set bmargin at screen 0.16779
  set tmargin at screen 0.87248
  set border 15 linewidth 0.5
  set xrange [1:231]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('50' 50, '100' 100, '150' 150, '200' 200)
  set yrange [-0.05393833798694503:1.9140655945893792]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1, '1.5' 1.5)
  set label 'step' at screen 0.85652,0.04027 center noenhanced front
  set label 'rollout entropy (nats)' at screen 0.68398,0.52013 center rotate by 90 noenhanced front
  unset colorbox
  plot 'training-dynamics.tsv' index 72 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-dynamics.tsv' index 73 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-dynamics.tsv' index 74 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-dynamics.tsv' index 75 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#cc79a7' notitle, \
    'training-dynamics.tsv' index 76 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#000000' notitle, \
    'training-dynamics.tsv' index 77 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'training-dynamics.tsv' index 78 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 79 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 80 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 81 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-dynamics.tsv' index 82 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 83 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 84 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 85 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-dynamics.tsv' index 86 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 87 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 88 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 89 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-dynamics.tsv' index 90 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 91 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 92 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 93 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-dynamics.tsv' index 94 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 95 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 96 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 97 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 98 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 99 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 100 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 101 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-dynamics.tsv' index 102 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'training-dynamics.tsv' index 103 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'training-dynamics.tsv' index 104 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-dynamics.tsv' index 105 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'training-dynamics.tsv' index 106 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-dynamics.tsv' index 107 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle

  unset multiplot
  set output
}
